package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.judge.TestingEpisodes;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class JailedJudgesTests {

    private static final String KEY = "hone.task_judge.judge_protocol";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final JailedJudges judges = new JailedJudges(
            new WorkerProperties(null, null, 54322, 128, 2048, 256, 16, MINUTE, Duration.ofSeconds(1), MINUTE));

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        judges.close();
    }

    private Judge judge(String name) {
        return judges.find(KEY, name).orElseThrow();
    }

    private Judge python(String text) throws Exception {
        return judge(Files.writeString(folder.resolve("judge.py"), text).toString());
    }

    private static Score score(Judge judge, EpisodeFinished episode) {
        return judge.judge(episode.task(), episode);
    }

    private static EpisodeFinished episode() {
        return TestingEpisodes.episode("4", TestingEpisodes.says("It is \\boxed{4}."));
    }

    @Test
    void aPythonFileJudges() throws Exception {
        Judge judge = python("""
                def judge(task, episode):
                    last = episode["messages"][-1]["content"]
                    right = task.metadata["answer"] in last
                    return {"value": 1 if right else 0.25, "cause": "not-in-text", "reason": "It reads: " + last}
                """);
        Score right = score(judge, episode());
        assertThat(right.value()).isEqualTo(1);
        assertThat(right.cause()).isEqualTo(Score.NO_CAUSE);
        assertThat(right.reason()).matches("It reads: It is .boxed\\{4}\\. \\(judge\\.py, sha256 [0-9a-f]{64}\\)");
        Score wrong = score(judge, TestingEpisodes.episode("4", TestingEpisodes.says("It is five.")));
        assertThat(wrong.value()).isEqualTo(0.25);
        assertThat(wrong.cause()).isEqualTo("not-in-text");
    }

    @Test
    void aNumberIsAScore() throws Exception {
        assertThat(score(python("def judge(task, episode): return 0.5"), episode()))
                .extracting(Score::value, Score::cause)
                .containsExactly(0.5, "below-one");
    }

    @Test
    void aTruthValueIsAScore() throws Exception {
        assertThat(score(python("def judge(task, episode): return True"), episode())
                        .value())
                .isEqualTo(1);
    }

    @Test
    void whatIsNoScoreIsAnError() throws Exception {
        Judge judge = python("""
                import hone
                def judge(task, episode):
                    said = episode["messages"][-1]["content"]
                    if said == "raise": raise hone.Unjudgeable("there is no answer")
                    return {"text": "good", "three": 3}[said]
                """);
        assertThatThrownBy(() -> score(judge, said("text")))
                .hasMessageContaining("returned \"good\", which is neither");
        assertThatThrownBy(() -> score(judge, said("three"))).hasMessageContaining("a score lies between 0 and 1");
        assertThatThrownBy(() -> score(judge, said("other"))).hasMessageContaining("KeyError: 'other'");
        assertThatThrownBy(() -> score(judge, said("raise")))
                .isInstanceOf(UnjudgeableException.class)
                .hasMessage("there is no answer");
    }

    private static EpisodeFinished said(String text) {
        return TestingEpisodes.episode("4", TestingEpisodes.says(text));
    }

    @Test
    void aJarsClassJudges() throws Exception {
        Path jar = jar("Mine", """
                import dev.hone.contracts.rollout.EpisodeFinished;
                import dev.hone.contracts.task.Task;
                import dev.hone.judge.verifier.*;

                public class Mine implements Judge {
                    public Score judge(Task task, EpisodeFinished episode) {
                        if (episode.messages().isEmpty()) throw new UnjudgeableException("nothing was said");
                        return new Score(0.75, "three-quarters", "Of " + episode.episode().id());
                    }
                }
                """);
        Score score = score(judge(jar + "!Mine"), episode());
        assertThat(score.value()).isEqualTo(0.75);
        assertThat(score.cause()).isEqualTo("three-quarters");
        assertThat(score.reason()).startsWith("Of " + episode().episode().id() + " (mine.jar, sha256 ");
        assertThatThrownBy(() -> score(judge(jar + "!Mine"), TestingEpisodes.episode("4")))
                .isInstanceOf(UnjudgeableException.class);
        Judge missing = judge(jar + "!Other");
        assertThatThrownBy(() -> missing.check(episode().judge()))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage(
                        KEY + " names the judge '" + jar + "!Other': mine.jar has no class Other; correct the name.");
    }

    @Test
    void aJudgeReachesNothing() throws Exception {
        Judge judge = python("""
                import os, socket
                def judge(task, episode):
                    found = [name for name in ("/run/hone/endpoint", "/etc/passwd", "/root") if os.path.exists(name)]
                    try:
                        socket.create_connection(("127.0.0.1", 5432), 1)
                        found.append("a database")
                    except OSError:
                        pass
                    return {"value": 0, "reason": "found %s in %s" % (found, sorted(os.environ))}
                """);
        assertThat(score(judge, episode()).reason())
                .startsWith("found [] in ['HOME', 'LANG', 'MALLOC_ARENA_MAX', 'PATH', 'PWD', 'TMPDIR'] (");
    }

    @Test
    void aWorkerThatDiesFailsTheVerdictByName() throws Exception {
        assertThatThrownBy(() -> score(python("import os\ndef judge(task, episode): os._exit(1)"), episode()))
                .isInstanceOfSatisfying(JudgeFailedException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("worker-died");
                    assertThat(e.failure().retryable()).isTrue();
                });
    }

    @Test
    void aClassOnTheClassPathIsNoFile() {
        assertThat(judges.find(KEY, "com.acme.MyJudge")).isEmpty();
        assertThatThrownBy(() -> judges.find(KEY, "judge.jar"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("without a class");
    }

    private Path jar(String className, String source) throws Exception {
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("mem:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options = List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .getTask(null, null, null, options, null, List.of(file))
                        .call())
                .isTrue();
        Path jar = folder.resolve("mine.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new ZipEntry(className + ".class"));
            Files.copy(folder.resolve(className + ".class"), entries);
        }
        return jar;
    }
}
