package dev.hone.policy.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * One named array to be written.
 *
 * @param name unique within its file
 * @param type element type in the file
 * @param shape dimensions; empty for a scalar
 * @param content gives the elements: little-endian float32 for {@code F32}, {@code F16} and {@code BF16} (rounded to
 *     nearest even while writing), little-endian int64 for {@code I64}. Called once, when the tensor's turn comes.
 */
public record StoredTensor(String name, StoredType type, long[] shape, Supplier<ByteBuffer> content) {

    public StoredTensor {
        if (type == StoredType.I32) {
            throw new IllegalArgumentException(
                    "Tensor %s: writing %s is not supported; use F32, F16, BF16 or I64.".formatted(name, type));
        }
        shape = shape.clone();
    }

    /** A float array stored as F32. */
    public static StoredTensor of(String name, long[] shape, float[] values) {
        return new StoredTensor(name, StoredType.F32, shape, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asFloatBuffer().put(values);
            return buffer;
        });
    }

    /** A long array stored as I64. */
    public static StoredTensor of(String name, long[] shape, long[] values) {
        return new StoredTensor(name, StoredType.I64, shape, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asLongBuffer().put(values);
            return buffer;
        });
    }

    long elements() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** Bytes that the elements take in a file. */
    public long storedBytes() {
        return Math.multiplyExact(elements(), (long) type.bytes());
    }
}
