package dev.hone.learner.follow;

/// Weights were not taken; what generated before goes on.
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    RefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
