package dev.hone.learner.publish;

import dev.hone.policy.generation.Generator;

/// What happens to requests that run when new weights come.
public final class SwapModes {
    private SwapModes() {}

    /// Where steps wait for each other, nothing runs that is worth keeping apart: requests finish under the weights
    /// they began with, and one curve comes out of one seed. Where they do not wait, generation goes on through the
    /// update, and each token's version is recorded.
    ///
    /// @param maxStaleness of the run
    public static Generator.SwapMode of(int maxStaleness) {
        return maxStaleness == 0 ? Generator.SwapMode.FINISH_FIRST : Generator.SwapMode.CONTINUE;
    }
}
