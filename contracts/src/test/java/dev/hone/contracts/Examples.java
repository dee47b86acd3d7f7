package dev.hone.contracts;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One event of each kind, the same that the golden files hold. Producers and consumers test against them.
public final class Examples {

    private static final RunId RUN = new RunId("math-agent-1");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final EpisodeKey EPISODE = new EpisodeKey(RUN, Purpose.TRAIN, 3, 12, 5, 0);
    private static final Task TASK = new Task(
            "train-17", "Ana has 3 apples and buys 4. How many has she?", Map.of("answer", "3 + 4 = 7\n#### 7"));
    private static final Phase PHASE = new Phase(Purpose.TRAIN, 3, 16, false);
    private static final Failure FAILURE = new Failure(
            "generate-timeout", "The policy did not answer within 120 s; raise rollout.generate_timeout.", true);

    private Examples() {}

    /// By golden file: `<topic>.<case>`.
    public static Map<String, Event> all() {
        Map<String, Event> all = new LinkedHashMap<>();
        all.put(Topics.RUN_SUBMITTED + ".defaults", new RunSubmitted(RUN, RunConfigReader.defaults(), AT));
        all.put(
                Topics.RUN_CONTROLLED + ".pause",
                new RunControlled(RUN, RunControlled.Action.PAUSE, "asked for by a person", AT));
        all.put(
                Topics.TASK_ISSUED + ".train",
                new TaskIssued(
                        EPISODE,
                        TASK,
                        -123456789012345L,
                        1.0,
                        2,
                        AT,
                        RunConfigReader.defaults().rollout(),
                        RunConfigReader.defaults().taskJudge(),
                        null,
                        "hone"));
        all.put(
                Topics.GROUP_CLOSED + ".one-given-up",
                new GroupClosed(
                        RUN,
                        PHASE,
                        12,
                        "train-17",
                        List.of(new GroupClosed.Member(0, 1, 0.9, true), new GroupClosed.Member(1, 0, 0.1, false)),
                        List.of(new GroupClosed.GivenUp(2, 3, FAILURE))));
        all.put(
                Topics.TASK_RUN_REPORTED + ".prepared",
                new RunReported(RUN, RunReported.State.PREPARED, null, Map.of("tasks_train", "4000"), AT));
        all.put(
                Topics.LEARNER_RUN_REPORTED + ".failed",
                new RunReported(RUN, RunReported.State.FAILED, FAILURE, Map.of(), AT));
        all.put(Topics.EPISODE_FINISHED + ".solved", finished());
        all.put(
                Topics.EPISODE_JUDGED + ".verdict",
                new EpisodeJudged(
                        EPISODE,
                        new Verdict(
                                0.9,
                                true,
                                List.of(
                                        new Verdict.Part("math_answer", 1, 0.8, "7 equals 7"),
                                        new Verdict.Part("format", 1, 0.1, "every call is well formed"),
                                        new Verdict.Part("tool_discipline", 0, 0.1, "missing_print")),
                                Map.of(Verdict.MISSING_PRINT, true, Verdict.EARLY_ANSWER, false),
                                "none"),
                        null,
                        AT));
        all.put(Topics.EPISODE_JUDGED + ".failure", new EpisodeJudged(EPISODE, null, FAILURE, AT));
        all.put(Topics.POLICY_UPDATED + ".third", new PolicyUpdated(RUN, 3, "sha256:0011aabb", AT));
        all.put(
                Topics.STEP_COMPLETED + ".train",
                new StepCompleted(
                        RUN,
                        PHASE,
                        3,
                        Map.of("reward/mean", 0.75),
                        List.of(EPISODE),
                        List.of(),
                        List.of(new StepCompleted.Skipped(
                                new EpisodeKey(RUN, Purpose.TRAIN, 3, 13, 0, 0), "zero-variance")),
                        AT));
        return all;
    }

    /// The events of one topic.
    public static List<Event> of(String topic) {
        return all().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(topic + "."))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static EpisodeFinished finished() {
        BitSet mask = new BitSet();
        mask.set(2, 4);
        Timeline timeline = new Timeline(
                new int[] {1, 500, 70000, 2, 9},
                mask.toByteArray(),
                new float[] {0, 0, -0.5f, -0.25f, 0},
                List.of(new Timeline.VersionSpan(2, 4, 2)),
                List.of(new Timeline.Span(0, 2, "user", 0), new Timeline.Span(2, 4, "assistant", 0)));
        return new EpisodeFinished(
                EPISODE,
                TASK,
                RunConfigReader.defaults().taskJudge(),
                null,
                Map.of(EpisodeFinished.FINAL_ANSWER, "The answer is \\boxed{7}."),
                List.of(
                        new Message("user", TASK.query(), List.of(), null),
                        new Message(
                                "assistant",
                                "<tool_call>\n{…}\n</tool_call>",
                                List.of(new Message.ToolCall(
                                        "call-0", "execute_python_code", "{\"code\":\"print(7)\"}", false)),
                                null),
                        new Message("tool", "7", List.of(), "call-0")),
                new Trajectory(List.of(timeline)).encode(),
                new EpisodeFinished.Usage(3, 2, 2, 1, 120, 8),
                AT,
                AT.plusMillis(150));
    }
}
