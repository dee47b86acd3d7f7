package dev.hone.policy;

/** The model directory asks for something that is not built; the message names it and what is supported. */
public final class UnsupportedModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedModelException(String message) {
        super(message);
    }
}
