package dev.hone.contracts.run;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a run has to reach, or it ends as [RunState#GATE_FAILED]: the metric within its bounds at some step up to one.
///
/// @param metric a name of docs/metrics.md, for example `reward/mean`
/// @param purpose whose: `train`, or `eval`
/// @param min it has to be at least so much; null: no bound
/// @param max it has to be at most so much; null: no bound
/// @param byStep training steps that it has for that; null: all
public record Gate(
        String metric,
        String purpose,
        @Nullable Double min,
        @Nullable Double max,
        @Nullable Integer byStep) {

    private static final String KEY = "gates.";

    public Gate {
        if (metric == null || metric.isBlank()) {
            throw new InvalidConfigException("hone.gates.metric", "is missing; name one, such as reward/mean.");
        }
        purpose = Objects.requireNonNullElse(purpose, "train");
        Limits.oneOf(KEY + "purpose", purpose, Set.of("train", "eval"));
        if (min == null && max == null) {
            throw new InvalidConfigException(
                    "hone.gates.min", "is missing, and so is max, for " + metric + "; give at least one of the two.");
        }
        if (min != null && max != null && min > max) {
            throw new InvalidConfigException(
                    "hone.gates.max", "is " + max + " for " + metric + ", below min, which is " + min + ".");
        }
        if (byStep != null) {
            Limits.atLeast(KEY + "by_step", byStep, purpose.equals("train") ? 1 : 0);
        }
    }

    /// Whether a value is within the bounds.
    public boolean holds(double value) {
        return (min == null || value >= min) && (max == null || value <= max);
    }

    /// Whether a step is no later than the last that counts.
    public boolean counts(int step) {
        return byStep == null || step <= byStep;
    }

    /// @throws InvalidConfigException if a run that is trained so can never reach it
    void requireReachable(TrainerConfig trainer) {
        if (purpose.equals("train") && trainer.valOnly()) {
            throw new InvalidConfigException(
                    "hone.gates.purpose",
                    "is train for " + metric + ", but hone.trainer_common.val_only trains nothing; set it to eval.");
        }
        if (purpose.equals("eval") && !trainer.evaluates()) {
            throw new InvalidConfigException(
                    "hone.gates.purpose",
                    "is eval for " + metric
                            + ", but the run never evaluates; set hone.trainer_common.val_after_train or test_freq.");
        }
        int steps = trainer.totalTrainingSteps();
        if (byStep != null && steps > 0 && byStep > steps) {
            throw new InvalidConfigException(
                    "hone.gates.by_step",
                    "is " + byStep + " for " + metric + ", but hone.trainer_common.total_training_steps is " + steps
                            + "; leave it out, or set it to at most " + steps + ".");
        }
    }

    /// For people: `reward/mean at least 0.85 by step 30`.
    public String text() {
        String bounds = max == null ? "at least " + min : min == null ? "at most " + max : min + " to " + max;
        return (purpose.equals("eval") ? "evaluation's " : "") + metric + " " + bounds
                + (byStep == null ? "" : " by step " + byStep);
    }
}
