package dev.hone.judge.verifier;

import java.time.Duration;

/// What a judge needs is away for now: nothing is said of the episode, and it is judged later.
public class JudgeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /// @param message what is away, then what to do
    /// @param retryAfter how long to wait at least; zero if that is not known
    public JudgeUnavailableException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
