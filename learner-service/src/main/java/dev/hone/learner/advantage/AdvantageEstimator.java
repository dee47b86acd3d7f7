package dev.hone.learner.advantage;

/// Turns the rewards of a batch into advantages: one algorithm a file.
public interface AdvantageEstimator {
    /// The advantage of each episode; all its tokens share it.
    ///
    /// @return `[B]`
    double[] of(RewardedBatch batch);
}
