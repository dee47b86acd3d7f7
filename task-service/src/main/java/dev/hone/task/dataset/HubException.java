package dev.hone.task.dataset;

/// A download that did not come to its end: what happened, then what to do.
public final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    HubException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
        this.retryable = false;
    }

    /// Whether the same request can succeed a moment later.
    boolean retryable() {
        return retryable;
    }
}
