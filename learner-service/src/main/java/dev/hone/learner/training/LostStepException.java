package dev.hone.learner.training;

/// A step of a run is neither in a sound checkpoint nor can it be computed again.
final class LostStepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostStepException(String message) {
        super(message);
    }
}
