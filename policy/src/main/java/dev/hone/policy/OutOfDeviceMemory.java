package dev.hone.policy;

import ai.djl.engine.EngineException;
import java.util.Locale;

/** A device's memory is full: the operation was not done, and what it had allocated is free again. */
public final class OutOfDeviceMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OutOfDeviceMemory(String message) {
        super(message);
    }

    private OutOfDeviceMemory(String message, Throwable cause) {
        super(message, cause);
    }

    /** The exception to throw for an engine's: this one if memory was the trouble, else the same. */
    public static RuntimeException or(EngineException e, String operation) {
        String message = String.valueOf(e.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("out of memory") || lower.contains("not enough memory")) {
            return new OutOfDeviceMemory(
                    "The device's memory is full in %s: %s"
                            .formatted(
                                    operation,
                                    lower.contains("tried to allocate")
                                            ? message.substring(lower.indexOf("tried to allocate"))
                                                    .lines()
                                                    .findFirst()
                                                    .orElse("")
                                            : message.lines()
                                                    .reduce((a, b) -> b)
                                                    .orElse("")),
                    e);
        }
        return e;
    }
}
