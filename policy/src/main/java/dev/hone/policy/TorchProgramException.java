package dev.hone.policy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Native code failed. The message says what was called, with the arguments' types, shapes and device, and gives native
 * code's own reason; the cause has its whole message. Where memory was what lacked, it is an {@link OutOfMemoryException}.
 */
public sealed class TorchProgramException extends RuntimeException permits OutOfMemoryException {
    private static final long serialVersionUID = 1L;

    /** What PyTorch's interpreter puts before its own reason, after the traceback. */
    private static final String REASON = "\nRuntimeError: ";

    private static final List<String> MEMORY =
            List.of("out of memory", "can't allocate memory", "not enough memory", "alloc_failed");

    TorchProgramException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Calls native code.
     *
     * @param operation what is called, for the message; asked for only after a failure
     * @throws OutOfMemoryException if memory lacks
     * @throws TorchProgramException if native code fails for another reason
     */
    public static <T> T guard(Supplier<String> operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException e) {
            throw of(operation.get(), e);
        }
    }

    static TorchProgramException of(String operation, EngineException cause) {
        String reason = reason(String.valueOf(cause.getMessage()));
        String small = reason.toLowerCase(Locale.ROOT);
        return MEMORY.stream().anyMatch(small::contains)
                ? new OutOfMemoryException("%s ran out of memory: %s".formatted(operation, reason), cause)
                : new TorchProgramException("%s failed: %s".formatted(operation, reason), cause);
    }

    /** The line that says why, without the source and the stack around it. */
    private static String reason(String message) {
        int from = message.lastIndexOf(REASON);
        return message.substring(from < 0 ? 0 : from + REASON.length())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("native code gave no reason");
    }

    /** For example {@code int64[5]@cpu()}; lists of arrays by their count and elements. */
    static String describe(Object... arguments) {
        return Arrays.stream(arguments).map(TorchProgramException::one).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String one(Object argument) {
        return switch (argument) {
            case NDArray array -> array(array);
            case OpaqueArray opaque -> array(opaque.array());
            case List<?> arrays ->
                "%d arrays of %d elements"
                        .formatted(
                                arrays.size(),
                                arrays.stream()
                                        .map(TorchProgram::array)
                                        .filter(array -> !array.isReleased())
                                        .mapToLong(NDArray::size)
                                        .sum());
            case long[] numbers when numbers.length > 8 -> numbers.length + " integers";
            case long[] numbers -> Arrays.toString(numbers);
            default -> argument.toString();
        };
    }

    private static String array(NDArray array) {
        if (array.isReleased()) {
            return "a closed array";
        }
        return "%s%s@%s"
                .formatted(
                        array.getDataType().name().toLowerCase(Locale.ROOT),
                        Arrays.toString(array.getShape().getShape()),
                        array.getDevice());
    }
}
