package dev.hone.rollout;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.run.OutsideModel;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.generation.ModelText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// Issued tasks and the example's tokenizer.
public final class TestingEpisodes {

    public static final Path MODEL = Path.of("../examples/math-agent/model-init");

    private TestingEpisodes() {}

    public static ModelText model() {
        return ModelText.load(MODEL);
    }

    public static RolloutConfig settings(int maxIters, int maxTurn, int maxModelLen, int workers, double timeout) {
        return settings("math_agent", maxIters, maxTurn, maxModelLen, workers, timeout);
    }

    public static RolloutConfig settings(
            String workflow, int maxIters, int maxTurn, int maxModelLen, int workers, double timeout) {
        return settings(workflow, maxIters, maxTurn, maxModelLen, workers, timeout, OutsideModel.NONE);
    }

    public static RolloutConfig settings(
            String workflow,
            int maxIters,
            int maxTurn,
            int maxModelLen,
            int workers,
            double timeout,
            OutsideModel untrained) {
        return new RolloutConfig(
                workflow, 8, 1.0, 1, 0.0, maxIters, maxTurn, maxModelLen, workers, 3, timeout, 5, 2, 1, untrained);
    }

    public static TaskIssued issued(int group, int sample, int attempt, RolloutConfig settings) {
        return issued("run-1", group, sample, attempt, Instant.now().plusSeconds(300), settings);
    }

    public static TaskIssued issued(
            String run, int group, int sample, int attempt, Instant deadline, RolloutConfig settings) {
        return new TaskIssued(
                new EpisodeKey(new RunId(run), Purpose.TRAIN, 1, group, sample, attempt),
                new Task("train-" + group, "What is 17 * 23?", Map.of("answer", "391")),
                1000L * group + sample,
                1.0,
                3,
                deadline,
                settings,
                new JudgeConfig("customized_protocol", "math_agent", Map.of("math_answer", 1.0), 30, LlmConfig.NONE));
    }

    public static TaskIssued issued() {
        return issued(0, 0, 0, settings(2, 256, 2048, 64, 60));
    }
}
