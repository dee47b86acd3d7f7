package dev.hone.learner.advantage;

/// What a sample is compared with that is alone in its group. Libraries differ: TRL gives it the advantage 0,
/// verl's GRPO and RLOO give it its reward.
public enum GroupOfOne {
    /// With itself: its advantage is 0.
    ZERO,
    /// With 0: its advantage is its reward.
    REWARD
}
