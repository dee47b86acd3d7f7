package dev.hone.rollout.limit;

import dev.hone.contracts.Failure;

/// The episode cannot come to an end; the failure says why, and becomes data.
public final class EpisodeFailedException extends RuntimeException {

    private final transient Failure failure;

    public EpisodeFailedException(Failure failure) {
        super(failure.code() + ": " + failure.message());
        this.failure = failure;
    }

    public EpisodeFailedException(Failure failure, Throwable cause) {
        this(failure);
        initCause(cause);
    }

    public Failure failure() {
        return failure;
    }
}
