package dev.hone.worker;

import dev.hone.contracts.Failure;

/// A worker cannot be had; the failure becomes a [WorkerAnswer.Failed].
final class WorkerFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    WorkerFailedException(String code, String message, boolean retryable) {
        super(message);
        failure = new Failure(code, message, retryable);
    }

    Failure failure() {
        return failure;
    }
}
