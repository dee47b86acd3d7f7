package dev.hone.learner.golden;

/// Differences that pass in float32, each some 4 to 20 times the largest seen between independent implementations
/// (float32 and float64 against PyTorch's float32, 12 small checkpoints).
final class Tolerances {
    static final double LOGIT = 2e-4;
    static final double LOG_PROB = 1e-4;
    static final double LOSS = 2e-5;

    /// Of the expected norm.
    static final double NORM = 5e-5;

    static final double GRADIENT = 1e-5;

    /// Sums of a parameter's gradient: rounding of many elements adds up.
    static final double GRADIENT_SUM = 1e-3;

    /// Weights after a step whose gradient is more than rounding noise.
    static final double STABLE_WEIGHT = 3e-6;

    /// Any weight: AdamW's first step moves it by the learning rate, whatever the gradient's size, so by up to twice
    /// that.
    static final double WEIGHT = 2.2e-3;

    /// Sums over weights, and over their squares.
    static final double WEIGHT_SUM = 5e-3;

    private Tolerances() {}
}
