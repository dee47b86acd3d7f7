package dev.hone.judge.verifier;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.worker.CodeFile;
import dev.hone.worker.Role;
import dev.hone.worker.Workers;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// Judges in files, `path/to/judge.jar!com.acme.MyJudge` or `path/to/judge.py` with a function `judge(task, episode)`,
/// in
/// jailed workers. They reach nothing: a judge needs no model.
@Component
@EnableConfigurationProperties(WorkerProperties.class)
class JailedJudges implements JudgeFiles, AutoCloseable {

    private static final Role ROLE = new Role("judge", JudgeGuest.class.getName(), "judge", "judge(task, episode)");

    private final Workers workers;

    JailedJudges(WorkerProperties properties) {
        this.workers = new Workers(properties.settings(), ROLE, false);
    }

    @Override
    public Optional<Judge> find(String key, String name) {
        try {
            return CodeFile.parse(name).map(file -> new JailedJudge(workers, file, key));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(key, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}
