package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingServers;
import dev.hone.rollout.TestingService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Python's clients of OpenAI's API, as PyPI has them, and the examples in Python, on the real service.
@Tag("slow")
class PythonClientsIntegrationTests {

    private static final Path EXAMPLES = Path.of("../examples/python-agents").toAbsolutePath();
    private static final Path ENVIRONMENT = Path.of("target/python-agents").toAbsolutePath();

    private static TestingService service;

    @BeforeAll
    static void start(@TempDir Path cache) throws Exception {
        service = new TestingService("rollout_python", cache);
        service.servers.says = PythonClientsIntegrationTests::says;
        if (!Files.exists(ENVIRONMENT.resolve("ready"))) {
            run(Path.of("."), "python3", "-m", "venv", ENVIRONMENT.toString());
            run(
                    Path.of("."),
                    python(),
                    "-m",
                    "pip",
                    "install",
                    "-q",
                    "-r",
                    EXAMPLES.resolve("requirements.txt").toString());
            Files.createFile(ENVIRONMENT.resolve("ready"));
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String says(String prompt) {
        if (prompt.contains("error: this is no tool call")) {
            return "Sorry, no call then.";
        }
        if (prompt.contains("<tool_response>")) {
            return "It is \\boxed{391}.";
        }
        if (prompt.contains("call badly")) {
            return "<tool_call>\nexecute_python_code(1)\n</tool_call>";
        }
        return prompt.contains("say words") ? "né 中文 🎉, words" : TestingServers.CALL;
    }

    @Test
    void theOpenaiPackageDrivesTheEndpointUnmodified() throws Exception {
        service.issue("openai", TestingEpisodes.settings("external", 2, 256, 2048, 8, 120));

        String output = run(Path.of("."), python(), "src/test/python/openai_client.py", service.url(), "openai");

        assertThat(output).contains("drove openai/train/1/0/0/0");
        EpisodeFinished finished = service.awaitFinished("openai", 1).getFirst();
        assertThat(finished.failure()).isNull();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.");
        assertThat(finished.usage().malformed()).isOne();
        assertThat(finished.usage().toolCalls()).isOne();
        for (Timeline timeline : Trajectory.decode(finished.trajectory()).timelines()) {
            for (int t = 0; t < timeline.tokenIds().length; t++) {
                assertThat(timeline.logProbs()[t]).isEqualTo(timeline.inLoss(t) ? -0.001f * t : 0f);
            }
        }
    }

    @Test
    void theExamplesSolveEveryEpisodeOfARun() throws Exception {
        for (String agent : List.of("openai_agent", "agentscope_agent")) {
            for (int sample = 0; sample < 6; sample++) {
                service.issue(TestingEpisodes.issued(
                        agent,
                        0,
                        sample,
                        0,
                        Instant.now().plusSeconds(300),
                        TestingEpisodes.settings("external", 2, 256, 2048, 8, 60)));
            }
            Process process = process(EXAMPLES, python(), agent + ".py", service.url(), agent, "3");
            try {
                List<EpisodeFinished> finished = service.awaitFinished(agent, 6);
                assertThat(finished).allSatisfy(episode -> {
                    assertThat(episode.failure()).isNull();
                    assertThat(episode.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.");
                    assertThat(episode.usage().toolCalls()).isOne();
                    assertThat(episode.messages())
                            .as("nothing that the framework adds")
                            .extracting(Message::role)
                            .containsExactly("system", "user", "assistant", "tool", "assistant");
                    assertThat(Trajectory.decode(episode.trajectory()).timelines())
                            .hasSize(1);
                });
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private static String python() {
        return ENVIRONMENT.resolve("bin/python").toString();
    }

    private static String run(Path folder, String... command) throws Exception {
        Process process = process(folder, command);
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static Process process(Path folder, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start();
    }
}
