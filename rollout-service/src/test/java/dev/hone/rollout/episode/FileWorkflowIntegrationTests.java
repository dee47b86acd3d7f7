package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingService;
import dev.hone.worker.CodeFile;
import dev.hone.worker.TestingCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Agents in files that know nothing of the service but their episode's endpoint, on the real service.
class FileWorkflowIntegrationTests {

    private static TestingService service;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(@TempDir Path cache) {
        service = new TestingService("rollout_files", cache, "--hone.rollout.worker.grace=500ms");
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static RolloutConfig settings(String workflow, double timeout) {
        return TestingEpisodes.settings(workflow, 2, 96, 512, 4, timeout);
    }

    private Path python(String text) throws Exception {
        return TestingCode.python(folder, text).path();
    }

    private EpisodeFinished run(String run, Object workflow, double timeout) {
        service.issue(run, settings(workflow.toString(), timeout));
        return service.awaitFinished(run, 1).getFirst();
    }

    private static void solved(EpisodeFinished finished) {
        assertThat(finished.failure()).isNull();
        assertThat(finished.output())
                .containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.")
                .hasEntrySatisfying("workflow_sha256", hash -> assertThat(hash).hasSize(64));
        assertThat(finished.usage().toolCalls()).isOne();
        assertThat(finished.messages())
                .extracting(Message::role)
                .containsExactly("system", "user", "assistant", "tool", "assistant");
    }

    @Test
    void aJarsAgentScopeAgentSolvesItsTask() throws Exception {
        CodeFile jar = TestingCode.jar(folder, "Mine", """
                import dev.hone.contracts.task.Task;
                import dev.hone.rollout.workflow.*;

                public class Mine implements Workflow {
                    public WorkflowOutput run(Task task, Tuner tuner) throws Exception {
                        return new MathAgent().run(task, tuner);
                    }
                }
                """);
        EpisodeFinished finished = run("jar", jar, 60);
        solved(finished);
    }

    @Test
    void aPythonFilesAgentSolvesItsTask() throws Exception {
        EpisodeFinished finished = run("python", python("""
                TOOL = {"type": "function", "function": {"name": "execute_python_code", "description": "Runs Python code",
                        "parameters": {"type": "object", "properties": {"code": {"type": "string"}}}}}

                def run(task, tuner):
                    import json
                    messages = [{"role": "system", "content": "Solve."}, {"role": "user", "content": task.query}]
                    while True:
                        answer = tuner.chat(messages, tools=[TOOL])
                        messages.append(answer)
                        if not answer.get("tool_calls"):
                            return answer["content"]
                        for call in answer["tool_calls"]:
                            code = json.loads(call["function"]["arguments"])["code"]
                            messages.append({"role": "tool", "tool_call_id": call["id"], "content": tuner.run_python(code)})
                """), 60);
        solved(finished);
    }

    @Test
    void aWorkflowThatFailsFailsItsEpisodeByName() throws Exception {
        Failure raised = run("raises", python("def run(task, tuner):\n    return {}['answer']\n"), 60)
                .failure();
        assertThat(raised.code()).isEqualTo("workflow-error");
        assertThat(raised.message()).contains("agent.py' failed with KeyError: 'answer'");
        Failure odd = run("odd", python("def run(task, tuner):\n    return [1]\n"), 60)
                .failure();
        assertThat(odd.message()).contains("returned [1], which is neither text nor an object");
        Failure died = run("dies", python("import os\ndef run(task, tuner):\n    os._exit(1)\n"), 60)
                .failure();
        assertThat(died.code()).isEqualTo("worker-died");
        Failure late = run("hangs", python("def run(task, tuner):\n    while True: pass\n"), 1)
                .failure();
        assertThat(late.code()).isEqualTo("episode-timeout");
        assertThat(late.retryable()).isTrue();
    }

    @Test
    void preflightSaysWhatIsWrongWithAFile() throws Exception {
        Path nowhere = folder.resolve("nowhere.py");
        assertThat(problem(nowhere))
                .startsWith("names the workflow '" + nowhere + "': The file")
                .contains("put it there");
        assertThat(problem(python("x = 1"))).endsWith("agent.py has no function run(task, tuner); define it.");
        assertThat(problem(folder.resolve("agent.jar"))).contains("without a class");
        Path jar = TestingCode.jar(folder, "Nothing", "public class Nothing {}").path();
        assertThat(problem(jar + "!Missing")).endsWith("agent.jar has no class Missing; correct the name.");
        assertThat(problem(jar + "!Nothing")).contains("is no workflow; let it implement");
        assertThat(problem(python("def run(task, tuner): pass"))).isEmpty();
    }

    private String problem(Object workflow) throws Exception {
        RunConfig defaults = RunConfigReader.defaults();
        RunConfig config = new RunConfig(
                defaults.projectName(),
                defaults.experimentName(),
                defaults.seed(),
                defaults.taskReader(),
                defaults.taskJudge(),
                defaults.model(),
                defaults.rollout().withUserWorkflow(workflow.toString()),
                defaults.data(),
                defaults.trainerCommon(),
                defaults.trackers(),
                defaults.gates());
        String body = EventCodec.json().writeValueAsString(config);
        JsonNode report = EventCodec.json()
                .readTree(service.post(service.url() + "/api/v1/preflight", "-", body)
                        .body());
        return report.path("problems").path(0).path("message").asString("");
    }
}
