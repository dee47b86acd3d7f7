package dev.hone.judge.verifier;

import dev.hone.contracts.Failure;

/// A judge cannot be asked; the failure says why, and becomes the verdict's.
public final class JudgeFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public JudgeFailedException(Failure failure) {
        super(failure.code() + ": " + failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
