package dev.hone.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Task;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.Score;
import dev.hone.rollout.workflow.MathAgent;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import io.agentscope.core.model.Model;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Episodes under a debugger: everything in the calling thread, on the tiny model and on a server.
class DebuggingTests {

    private static final Path EXAMPLE = Path.of("").toAbsolutePath().getParent().resolve("examples/math-agent");

    /// What ran, and where.
    private record Step(String what, Thread thread) {}

    private static final List<Step> STEPS = new ArrayList<>();

    private final List<String> out = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void forget() {
        STEPS.clear();
    }

    /// The math agent, noted.
    public static final class Noted implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            STEPS.add(new Step("workflow", Thread.currentThread()));
            return new MathAgent().run(task, new NotedTuner(tuner));
        }
    }

    private record NotedTuner(Tuner tuner) implements Tuner {
        @Override
        public String runPython(String code) {
            STEPS.add(new Step("tool", Thread.currentThread()));
            return tuner.runPython(code);
        }

        @Override
        public Model asAgentScopeModel() {
            return tuner.asAgentScopeModel();
        }

        @Override
        public Model asUntrainedAgentScopeModel() {
            return tuner.asUntrainedAgentScopeModel();
        }

        @Override
        public String baseUrl() {
            return tuner.baseUrl();
        }

        @Override
        public String apiKey() {
            return tuner.apiKey();
        }

        @Override
        public RolloutConfig settings() {
            return tuner.settings();
        }
    }

    /// A judge, noted.
    public static final class NotedJudge implements Judge {
        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            STEPS.add(new Step("judge", Thread.currentThread()));
            return new Score(0.5, "half", "It is half right.");
        }
    }

    private boolean debug(@Nullable String baseUrl) throws Exception {
        return debug(baseUrl, Noted.class.getName());
    }

    private boolean debug(@Nullable String baseUrl, String workflow) throws Exception {
        String yaml = """
                hone:
                  seed: 7
                  task_reader:
                    dataset_file:
                      training: {file_path: %1$s/data/train.jsonl}
                      validation: {file_path: %1$s/data/test.jsonl}
                  task_judge: {judge_protocol: %2$s}
                  model: {path: %1$s/model}
                  rollout:
                    user_workflow: %3$s
                    max_response_length_in_one_turn: 96
                    max_model_len: 512
                    episode_timeout: 0.1
                    generate_timeout: 0.1
                """.formatted(EXAMPLE, NotedJudge.class.getName(), workflow);
        return new Debugging(folder, 2, baseUrl, "served", line -> {}, out::add)
                .run(RunConfigReader.read(yaml).config());
    }

    private static void allInThisThread() {
        assertThat(STEPS).extracting(Step::thread).containsOnly(Thread.currentThread());
    }

    @Test
    void onTheTinyModelWorkflowToolAndJudgeRunInTheCallingThread() throws Exception {
        assertThat(debug(null)).as(String.join("\n", out)).isTrue();

        allInThisThread();
        assertThat(STEPS)
                .extracting(Step::what)
                .startsWith("workflow")
                .contains("tool")
                .endsWith("judge");
        assertThat(STEPS).filteredOn(step -> step.what().equals("judge")).hasSize(2);
        assertThat(out)
                .anyMatch(line -> line.startsWith("=== train-1: "))
                .contains("--- system", "--- user", "--- assistant", "--- tool")
                .contains("--- reward 0.500, not solved (half)")
                .contains("    " + NotedJudge.class.getName() + " 0.50 x 1.00: It is half right.");
    }

    @Test
    void agentsOnOpenAisApiFindAnEndpointInThisProcess() throws Exception {
        assertThat(debug(null, "langchain4j_agent")).as(String.join("\n", out)).isTrue();

        assertThat(STEPS).extracting(Step::what).containsExactly("judge", "judge");
        assertThat(out)
                .contains("--- system", "--- user", "--- assistant", "--- tool")
                .contains("--- reward 0.500, not solved (half)");
    }

    @Test
    void onAServerTheyDoAsWell() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> asked = new ArrayList<>();
        server.createContext("/v1/chat/completions", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(body);
            String message = body.contains("\"tool_call_id\"")
                    ? "{\"role\": \"assistant\", \"content\": \"It is \\\\boxed{391}.\"}"
                    : "{\"role\": \"assistant\", \"content\": \"\", \"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\","
                            + " \"function\": {\"name\": \"execute_python_code\","
                            + " \"arguments\": \"{\\\"code\\\": \\\"print(17 * 23)\\\"}\"}}]}";
            byte[] answer =
                    ("{\"id\": \"1\", \"object\": \"chat.completion\", \"model\": \"served\", \"choices\": [{\"index\": 0,"
                                    + " \"finish_reason\": \"stop\", \"message\": " + message + "}]}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            assertThat(debug("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"))
                    .as(String.join("\n", out))
                    .isTrue();
        } finally {
            server.stop(0);
        }
        allInThisThread();
        assertThat(STEPS)
                .extracting(Step::what)
                .containsExactly("workflow", "tool", "judge", "workflow", "tool", "judge");
        assertThat(asked.getFirst()).contains("\"served\"");
        assertThat(out)
                .contains(
                        "    calls execute_python_code {\"code\":\"print(17 * 23)\"}",
                        "    391",
                        "    It is \\boxed{391}.");
    }

    @Test
    void aPythonFileIsRefusedBecauseBreakpointsCannotHold() {
        assertThatThrownBy(() -> OwnCode.workflow("agent.py"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("breakpoints cannot hold");
        assertThatThrownBy(() -> OwnCode.judge("key", "nowhere.jar!Judge")).hasMessageContaining("which is not there");
    }
}
