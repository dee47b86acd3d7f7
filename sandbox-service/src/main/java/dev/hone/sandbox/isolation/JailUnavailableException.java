package dev.hone.sandbox.isolation;

/// No jail can be set up on this machine. The message says what to install or to allow.
final class JailUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    JailUnavailableException(String message) {
        super(message);
    }
}
