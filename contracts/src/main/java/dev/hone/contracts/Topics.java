package dev.hone.contracts;

import java.util.List;

/// Kafka topics: `<service>.<what happened>.v<major>`. The key says what stays in order.
public final class Topics {

    /// Key: run. Payload: [dev.hone.contracts.run.RunSubmitted].
    public static final String RUN_SUBMITTED = "gateway.run-submitted.v1";

    /// Key: run. Payload: [dev.hone.contracts.run.RunControlled].
    public static final String RUN_CONTROLLED = "gateway.run-controlled.v1";

    /// Key: group. Payload: [dev.hone.contracts.task.TaskIssued].
    public static final String TASK_ISSUED = "task.task-issued.v1";

    /// Key: group. Payload: [dev.hone.contracts.task.GroupClosed].
    public static final String GROUP_CLOSED = "task.group-closed.v1";

    /// Key: run. Payload: [dev.hone.contracts.run.RunReported], from task-service.
    public static final String TASK_RUN_REPORTED = "task.run-reported.v1";

    /// Key: group. Payload: [dev.hone.contracts.rollout.EpisodeFinished] (CBOR).
    public static final String EPISODE_FINISHED = "rollout.episode-finished.v1";

    /// Key: group. Payload: [dev.hone.contracts.judge.EpisodeJudged].
    public static final String EPISODE_JUDGED = "judge.episode-judged.v1";

    /// Key: run. Payload: [dev.hone.contracts.learner.PolicyUpdated].
    public static final String POLICY_UPDATED = "learner.policy-updated.v1";

    /// Key: run. Payload: [dev.hone.contracts.learner.StepCompleted].
    public static final String STEP_COMPLETED = "learner.step-completed.v1";

    /// Key: run. Payload: [dev.hone.contracts.run.RunReported], from learner-service.
    public static final String LEARNER_RUN_REPORTED = "learner.run-reported.v1";

    /// Every topic, for whoever creates them.
    public static final List<String> ALL = List.of(
            RUN_SUBMITTED,
            RUN_CONTROLLED,
            TASK_ISSUED,
            GROUP_CLOSED,
            TASK_RUN_REPORTED,
            EPISODE_FINISHED,
            EPISODE_JUDGED,
            POLICY_UPDATED,
            STEP_COMPLETED,
            LEARNER_RUN_REPORTED);

    private Topics() {}
}
