package dev.hone.learner.checkpoint;

import dev.hone.contracts.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Which checkpoints a run has: a folder that is not listed here is none.
@Repository
public class Checkpoints {
    private final JdbcClient jdbc;

    Checkpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Lists a checkpoint that has been written.
    public void add(RunId run, int step, Path directory, String checksum) {
        jdbc.sql("insert into checkpoint (run, step, directory, checksum, created_at) values (?, ?, ?, ?, ?)"
                        + " on conflict (run, step) do update set directory = excluded.directory,"
                        + " checksum = excluded.checksum, created_at = excluded.created_at")
                .params(
                        run.value(),
                        step,
                        directory.toString(),
                        checksum,
                        Instant.now().atOffset(ZoneOffset.UTC))
                .update();
    }

    /// Takes a checkpoint off the list.
    public void remove(RunId run, int step) {
        jdbc.sql("delete from checkpoint where run = ? and step = ?")
                .params(run.value(), step)
                .update();
    }

    /// Steps with a checkpoint, newest first.
    public List<Integer> steps(RunId run) {
        return jdbc.sql("select step from checkpoint where run = ? order by step desc")
                .param(run.value())
                .query((row, n) -> row.getInt(1))
                .list();
    }
}
