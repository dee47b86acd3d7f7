package dev.hone.gateway.run;

import dev.hone.contracts.learner.StepCompleted;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// A point of the curve: a training step or an evaluation that is done.
///
/// @param purpose `train` or `eval`
/// @param step training: from 1; evaluation: training steps done before it
/// @param policyVersion version of the weights after it (after an evaluation: the one evaluated)
/// @param metrics by name, see docs/metrics.md
/// @param trained episodes in the update
/// @param evaluated episodes that an evaluation counted
/// @param skipped judged episodes that were not trained on
public record StepRow(
        String purpose,
        int step,
        int policyVersion,
        Map<String, Double> metrics,
        int trained,
        int evaluated,
        int skipped,
        Instant completedAt) {

    static StepRow of(StepCompleted event) {
        return new StepRow(
                event.phase().purpose().label(),
                event.phase().step(),
                event.policyVersion(),
                new TreeMap<>(event.metrics()),
                event.trained().size(),
                event.evaluated().size(),
                event.skipped().size(),
                event.completedAt());
    }

    /// Whether it is a training step.
    public boolean training() {
        return purpose.equals("train");
    }
}
