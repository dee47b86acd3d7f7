package dev.hone.contracts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.ser.std.StdSerializer;

/// Token arrays as little-endian bytes: int32 for ids, IEEE float32 for log-probabilities (`numpy.frombuffer` reads
/// them).
public final class Packed {

    private Packed() {}

    static byte[] bytes(int[] values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(values);
        return out.array();
    }

    static byte[] bytes(float[] values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        out.asFloatBuffer().put(values);
        return out.array();
    }

    static int[] ints(byte[] bytes) {
        int[] out = new int[count(bytes)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(out);
        return out;
    }

    static float[] floats(byte[] bytes) {
        float[] out = new float[count(bytes)];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
        return out;
    }

    private static int count(byte[] bytes) {
        if (bytes.length % 4 != 0) {
            throw new IllegalArgumentException(
                    "A packed array has " + bytes.length + " bytes, which is no multiple of 4.");
        }
        return bytes.length / 4;
    }

    /// Writes `int[]` packed.
    public static final class IntsOut extends StdSerializer<int[]> {
        public IntsOut() {
            super(int[].class);
        }

        @Override
        public void serialize(int[] value, JsonGenerator out, SerializationContext context) {
            out.writeBinary(bytes(value));
        }
    }

    /// Reads `int[]` packed.
    public static final class IntsIn extends StdDeserializer<int[]> {
        public IntsIn() {
            super(int[].class);
        }

        @Override
        public int[] deserialize(JsonParser in, DeserializationContext context) {
            return ints(in.getBinaryValue());
        }
    }

    /// Writes `float[]` packed.
    public static final class FloatsOut extends StdSerializer<float[]> {
        public FloatsOut() {
            super(float[].class);
        }

        @Override
        public void serialize(float[] value, JsonGenerator out, SerializationContext context) {
            out.writeBinary(bytes(value));
        }
    }

    /// Reads `float[]` packed.
    public static final class FloatsIn extends StdDeserializer<float[]> {
        public FloatsIn() {
            super(float[].class);
        }

        @Override
        public float[] deserialize(JsonParser in, DeserializationContext context) {
            return floats(in.getBinaryValue());
        }
    }
}
