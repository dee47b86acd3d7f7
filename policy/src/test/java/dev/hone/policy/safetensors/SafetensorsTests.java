package dev.hone.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTests {
    @TempDir
    Path directory;

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = directory.resolve("x.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(
                        StoredTensor.of("weights", new long[] {2, 2}, new float[] {1, -2, 3.5f, Float.MIN_VALUE}),
                        StoredTensor.of("steps", new long[] {}, new long[] {Long.MAX_VALUE}),
                        StoredTensor.of("none", new long[] {0, 4}, new float[0])),
                Map.of("step", "7"));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactly("weights", "steps", "none");
            assertThat(read.shape("weights")).containsExactly(2, 2);
            assertThat(read.floats("weights")).containsExactly(1, -2, 3.5f, Float.MIN_VALUE);
            assertThat(read.longs("steps")).containsExactly(Long.MAX_VALUE);
            assertThat(read.floats("none")).isEmpty();
        }
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("\"format\":\"pt\"");
    }

    @Test
    void writesTheSameBytesInEveryProcess() throws IOException {
        Path file = directory.resolve("x.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(StoredTensor.of("x", new long[] {2}, new float[] {0, 0})),
                Map.of("step", "7", "about", "y"));
        String header = "{\"__metadata__\":{\"about\":\"y\",\"format\":\"pt\",\"step\":\"7\"},"
                + "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).substring(8))
                .startsWith(header);
    }

    @Test
    void roundsBfloat16ToNearestEven() {
        // 1 + 2^-8 lies between 1 and 1 + 2^-7: the tie goes to the even 1; a little more goes up.
        assertThat(rounded(1 + 0x1p-8f)).isEqualTo(1f);
        assertThat(rounded(1 + 0x1p-8f + 0x1p-20f)).isEqualTo(1 + 0x1p-7f);
        assertThat(rounded(1 + 0x3p-8f)).isEqualTo(1 + 0x1p-6f);
        assertThat(rounded(Float.NaN)).isNaN();
        assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path file = directory.resolve("x.safetensors");
        Files.writeString(file, "old");
        StoredTensor broken = new StoredTensor("x", StoredType.F32, new long[] {1}, () -> ByteBuffer.allocate(3));
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(broken), Map.of()))
                .hasMessage("Tensor x needs 4 bytes for its shape, 3 were given.");
        assertThat(file).hasContent("old");
        assertThat(Files.list(directory)).hasSize(1);
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        assertRefused(new byte[] {1, 2}, "is truncated: it has 2 bytes");
        assertRefused(bytes(1000, "{}"), "is truncated: its header ends at byte 1008");
        assertRefused(bytes(1L << 40, "{}"), "is no safetensors file");
        assertRefused(bytes(2, "{x"), "its header is not JSON");
        String entry = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}";
        assertRefused(bytes(entry.length(), entry), "is truncated: tensor a ends at byte");
        assertRefused(bytes(entry.length(), entry + "1234"), "needs 8 bytes, its offsets span 4");
        String type = entry.replace("F32", "F8_E4M3");
        assertRefused(bytes(type.length(), type + "1234"), "tensor a is stored as F8_E4M3; supported are");
    }

    private void assertRefused(byte[] content, String message) throws IOException {
        Path file = directory.resolve("damaged.safetensors");
        Files.write(file, content);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining(message);
    }

    private static byte[] bytes(long headerLength, String rest) {
        byte[] tail = rest.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + tail.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(tail)
                .array();
    }

    private static float rounded(float value) {
        return Float.intBitsToFloat(SafetensorsWriter.toBfloat16(Float.floatToRawIntBits(value)) << 16);
    }
}
