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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertRefused(
                bytes(entry.length(), entry + "1234"), "tensor a of shape [2] as F32 does not fit its offsets [0,4]");
        String type = entry.replace("F32", "F8_E4M3");
        assertRefused(bytes(type.length(), type + "1234"), "tensor a is stored as F8_E4M3; supported are");
    }

    /// Each of these says of itself what would, taken at its word, cost or give more than the file has.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[4294967296, 4294967296]|[0, 0]",
                "[-1, -1]|[0, 4]",
                "[9223372036854775807, 4]|[0, 4]",
                "[1]|[9223372036854775800, 9223372036854775804]",
                "[1]|[18446744073709551612, 18446744073709551616]",
                "[1]|[-4, 0]",
                "[1]|[4, 0]",
                "[1]|[0.0, 4.0]",
                "[1.5]|[0, 4]",
                "[\"1\"]|[0, 4]",
                "1|[0, 4]",
                "[1]|{}",
                "[1]|[0]",
            })
    void refusesSizesThatAreNone(String shapeAndOffsets) throws IOException {
        String[] parts = shapeAndOffsets.split("\\|");
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}}".formatted(parts[0], parts[1]);
        assertRefused(bytes(header.length(), header + "12345678"), "tensor a");
    }

    @Test
    void refusesTensorsInOneAnothersBytesAndNamesThatComeTwice() throws IOException {
        String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
        String two = "{\"a\":%s,\"b\":%s}".formatted(entry, entry);
        assertRefused(bytes(two.length(), two + "1234"), "tensor b lies in another one's bytes");
        String twice = "{\"a\":%s,\"a\":%s}".formatted(entry, entry);
        assertRefused(bytes(twice.length(), twice + "1234"), "uplicate");
    }

    @Test
    void refusesHeadersThatAreLongDeepOrNoObject() throws IOException {
        assertRefused(bytes((16 << 20) + 1, " ".repeat((16 << 20) + 1)), "its header would be 16777217 bytes long");
        String deep = "[".repeat(100_000);
        assertRefused(bytes(deep.length(), deep), "its header is not JSON");
        assertRefused(bytes(2, "[]"), "its header is no JSON object");
    }

    /// Whatever bytes a file has: its tensors can all be read, from its own bytes, or it is refused.
    @Test
    void aDamagedHeaderIsReadOrRefusedAndNothingElse() throws IOException {
        Path sound = directory.resolve("sound.safetensors");
        SafetensorsWriter.write(
                sound,
                List.of(
                        StoredTensor.of("a.weight", new long[] {2, 3}, new float[6]),
                        StoredTensor.of("b", new long[] {4}, new long[4])),
                Map.of("step", "7"));
        byte[] bytes = Files.readAllBytes(sound);
        int headerEnd =
                8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Random random = new Random(8);
        int refused = 0;
        int rounds = Integer.getInteger("hone.fuzz.rounds", 3_000);
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = bytes.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                byte[] signs = "0123456789-.e{}[],:\"\\nul \u0000".getBytes(StandardCharsets.UTF_8);
                damaged[random.nextInt(headerEnd)] =
                        random.nextInt(4) == 0 ? (byte) random.nextInt(256) : signs[random.nextInt(signs.length)];
            }
            Path file = Files.write(directory.resolve("damaged.safetensors"), damaged);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                for (String name : read.names()) {
                    assertThat(
                                    read.type(name) == StoredType.I64
                                            ? read.longs(name).length * 8
                                            : read.float32(name).remaining())
                            .isLessThanOrEqualTo(damaged.length * 2);
                }
            } catch (InvalidWeightsException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "Round " + round + " of " + new String(damaged, StandardCharsets.ISO_8859_1), e);
            }
        }
        assertThat(refused).isBetween(rounds / 2, rounds - 1);
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
