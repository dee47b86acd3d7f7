package dev.hone.calls;

/// A service cannot start with the secret that it has, or has not.
public final class ServiceSecretException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    ServiceSecretException(String what, String action) {
        super(what + " " + action);
        this.action = action;
    }

    /// What to do.
    String action() {
        return action;
    }
}
