package dev.hone.cli;

import org.jspecify.annotations.Nullable;

/// No gateway answers. The message says what to do.
final class NoGatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoGatewayException(String message) {
        this(message, null);
    }

    NoGatewayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
