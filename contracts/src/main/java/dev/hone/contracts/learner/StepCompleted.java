package dev.hone.contracts.learner;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// `learner.step-completed.v1`: a training step or an evaluation is done.
///
/// @param run the run
/// @param phase which step or evaluation
/// @param policyVersion version of the weights after it (after an evaluation: the one evaluated)
/// @param metrics by name, as docs/metrics.md lists them; a number that does not exist (a mean of nothing) is left out
/// @param trained episodes that the update was made of, at most one attempt per sample; empty for an evaluation
/// @param evaluated episodes that an evaluation counted; empty for training
/// @param skipped judged episodes that were not trained on
/// @param completedAt when
public record StepCompleted(
        RunId run,
        Phase phase,
        int policyVersion,
        Map<String, Double> metrics,
        List<EpisodeKey> trained,
        List<EpisodeKey> evaluated,
        List<Skipped> skipped,
        Instant completedAt)
        implements Event {

    public StepCompleted {
        metrics = Map.copyOf(metrics);
        trained = List.copyOf(trained);
        evaluated = List.copyOf(evaluated);
        skipped = List.copyOf(skipped);
    }

    /// An episode left out of the update.
    ///
    /// @param reason short and countable: `zero-variance`, `group-too-small`, `no-sampled-tokens`, `too-stale`
    public record Skipped(EpisodeKey episode, String reason) {}

    @Override
    public String key() {
        return run.value();
    }
}
