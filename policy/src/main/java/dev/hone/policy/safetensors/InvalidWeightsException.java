package dev.hone.policy.safetensors;

/** A weights file is missing, damaged, or does not fit its model; the message says which and what to do. */
public final class InvalidWeightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidWeightsException(String message) {
        super(message);
    }
}
