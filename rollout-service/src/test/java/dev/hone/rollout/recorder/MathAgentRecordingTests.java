package dev.hone.rollout.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingPolicy;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.tool.Sandbox;
import dev.hone.rollout.toolcall.HermesToolCalls;
import dev.hone.rollout.workflow.MathAgent;
import dev.hone.rollout.workflow.WorkflowOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MathAgentRecordingTests {

    private static final AgentPrompt PROMPT = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);
    private static final String CALL =
            "So\n<tool_call>\n{\"name\": \"execute_python_code\", \"arguments\": {\"code\": \"print(17 * 23)\"}}\n</tool_call>";
    private static final String ANSWER = "The code printed 391. The answer is \\boxed{391}.";

    private static final Access ACCESS = new Access("http://127.0.0.1:8082/v1", "hone-test", Duration.ofSeconds(60));

    private final ModelText model = TestingEpisodes.model();
    private final List<String> executed = new ArrayList<>();
    private final Sandbox sandbox = (call, deadline) -> {
        executed.add(call.code());
        assertThat(call.cpu()).isEqualTo(Duration.ofSeconds(1));
        assertThat(call.episode()).isEqualTo(TestingEpisodes.issued().episode());
        return new ExecutionResult("391\n", "", 0, false, false, 1, "namespaces");
    };

    @Test
    void recordsTheTokensThatFineTuningTeaches() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), CALL, ANSWER);
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), policy, sandbox);

        WorkflowOutput output = run(tuner);

        assertThat(output.metadata()).containsEntry(EpisodeFinished.FINAL_ANSWER, ANSWER);
        assertThat(executed).containsExactly("print(17 * 23)");
        Timeline recorded = only(tuner);
        Timeline taught = model.turns()
                .conversation(
                        PROMPT,
                        List.of(
                                message("user", "What is 17 * 23?"),
                                message("assistant", CALL),
                                message("tool", "391"),
                                message("assistant", ANSWER)));
        assertThat(recorded.tokenIds()).isEqualTo(taught.tokenIds());
        assertThat(recorded.lossMask()).isEqualTo(taught.lossMask());
        assertThat(recorded.spans()).isEqualTo(taught.spans());
    }

    @Test
    void theToolRunsInTheAgentsThread() {
        List<Thread> threads = new ArrayList<>();
        EpisodeTuner tuner = tuner(
                TestingEpisodes.issued(), new TestingPolicy(model.tokenizer(), CALL, ANSWER), (call, deadline) -> {
                    threads.add(Thread.currentThread());
                    return sandbox.execute(call, deadline);
                });

        run(tuner);

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void keepsLogProbabilitiesAndVersionsWhereThePolicySampled() {
        EpisodeTuner tuner =
                tuner(TestingEpisodes.issued(), new TestingPolicy(model.tokenizer(), CALL, ANSWER), sandbox);

        run(tuner);

        Timeline timeline = only(tuner);
        int versioned = 0;
        for (Timeline.VersionSpan span : timeline.versions()) {
            assertThat(span.version()).isEqualTo(3);
            versioned += span.end() - span.start();
        }
        assertThat(versioned).isEqualTo(timeline.lossTokens());
        for (int t = 0; t < timeline.tokenIds().length; t++) {
            assertThat(timeline.logProbs()[t]).isEqualTo(timeline.inLoss(t) ? -0.001f * t : 0f);
        }
        EpisodeFinished.Usage usage = tuner.recording().usage();
        assertThat(usage.turns()).isEqualTo(2);
        assertThat(usage.toolCalls()).isEqualTo(1);
        assertThat(usage.promptTokens() + usage.sampledTokens()).isEqualTo(timeline.tokenIds().length);
        assertThat(tuner.recording().messages())
                .extracting(Message::role)
                .containsExactly("system", "user", "assistant", "tool", "assistant");
        assertThat(tuner.recording().messages().get(2).content()).isEqualTo(CALL);
        assertThat(tuner.recording().finishReason()).isEqualTo("stop");
    }

    @Test
    void asksOnceMoreAfterTheLastToolTurnAndExecutesNothing() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), CALL, CALL, CALL);
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), policy, sandbox);

        WorkflowOutput output = run(tuner);

        assertThat(executed).hasSize(2);
        assertThat(policy.requests).hasSize(3);
        assertThat(policy.prompt(2)).endsWith("391\n</tool_response><|im_end|>\n<|im_start|>assistant\n");
        assertThat(policy.prompt(2)).doesNotContain("maximum iterations");
        assertThat(output.metadata()).containsEntry(EpisodeFinished.FINAL_ANSWER, "So");
        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
    }

    @Test
    void tellsTheModelThatItsCallWasMalformed() {
        TestingPolicy policy =
                new TestingPolicy(model.tokenizer(), "<tool_call>\nprint(1)\n</tool_call>", CALL, ANSWER);
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), policy, sandbox);

        run(tuner);

        assertThat(policy.prompt(1)).contains("<tool_response>\n" + HermesToolCalls.HOW_TO_CALL);
        assertThat(tuner.recording().messages().get(2).toolCalls())
                .singleElement()
                .matches(Message.ToolCall::malformed);
        assertThat(executed).hasSize(1);
        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
    }

    @Test
    void closesATurnThatTheTokenLimitCut() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), CALL + "…", ANSWER);
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), policy, sandbox);

        run(tuner);

        Timeline timeline = only(tuner);
        int end = timeline.versions().getFirst().end();
        assertThat(model.tokenizer().eosIds()).contains(timeline.tokenIds()[end]);
        assertThat(timeline.inLoss(end - 1)).isTrue();
        assertThat(timeline.inLoss(end)).isFalse();
        assertThat(policy.prompt(1)).contains("</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\n391");
    }

    @Test
    void endsWhereTheModelCanReadNoMore() {
        int prompt = model.turns()
                .opening(
                        List.of(message("system", PROMPT.system()), message("user", "What is 17 * 23?")),
                        PROMPT.tools())
                .ids()
                .length;
        int call = model.tokenizer().encode(CALL).length + 1;
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), CALL, ANSWER);
        EpisodeTuner tuner = tuner(
                TestingEpisodes.issued(0, 0, 0, TestingEpisodes.settings(2, 256, prompt + call, 64, 60)),
                policy,
                sandbox);

        WorkflowOutput output = run(tuner);

        assertThat(policy.requests).hasSize(1);
        assertThat(output.metadata()).containsEntry(EpisodeFinished.FINAL_ANSWER, "");
        assertThat(tuner.recording().finishReason()).isEqualTo("length");
        assertThat(tuner.failure()).isEmpty();
        assertThat(only(tuner).tokenIds()).hasSize(prompt + call);
    }

    @Test
    void failsTheEpisodeWhenTheSandboxIsDown() {
        Sandbox down = (call, deadline) -> {
            throw new EpisodeFailedException(new Failure("sandbox-unavailable", "down", true));
        };
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), CALL, ANSWER);
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), policy, down);

        try {
            run(tuner);
        } catch (RuntimeException expected) {
            assertThat(expected).hasMessageContaining("sandbox-unavailable");
        }

        assertThat(tuner.failure().orElseThrow().failure().code()).isEqualTo("sandbox-unavailable");
        assertThat(policy.requests).hasSize(1);
        assertThat(only(tuner).lossTokens()).isPositive();
    }

    @Test
    void failsTheEpisodeWhenThePolicyDoesEvenInTheLastTurn() {
        EpisodeTuner tuner = tuner(TestingEpisodes.issued(), new TestingPolicy(model.tokenizer(), CALL, CALL), sandbox);

        try {
            run(tuner);
        } catch (RuntimeException expected) {
            assertThat(expected).hasMessageContaining("generate-timeout");
        }

        assertThat(tuner.failure().orElseThrow().failure().code()).isEqualTo("generate-timeout");
    }

    private EpisodeTuner tuner(TaskIssued issued, TestingPolicy policy, Sandbox with) {
        return new EpisodeTuner(issued, model, policy, with, Deadline.in(Duration.ofMinutes(1)), ACCESS);
    }

    private static WorkflowOutput run(EpisodeTuner tuner) {
        return new MathAgent().run(TestingEpisodes.issued().task(), tuner);
    }

    private static Timeline only(EpisodeTuner tuner) {
        List<Timeline> timelines = tuner.recording().trajectory().timelines();
        assertThat(timelines).hasSize(1);
        return timelines.getFirst();
    }

    private static Message message(String role, String content) {
        return new Message(role, content, List.of(), null);
    }
}
