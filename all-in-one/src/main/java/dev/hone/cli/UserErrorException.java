package dev.hone.cli;

/// What was asked for cannot be done as asked. The message says what to do.
final class UserErrorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UserErrorException(String message) {
        super(message);
    }
}
