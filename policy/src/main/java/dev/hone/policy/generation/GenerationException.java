package dev.hone.policy.generation;

import org.jspecify.annotations.Nullable;

/** The engine cannot generate any more; the cause says why. */
public final class GenerationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GenerationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
