package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightChecksumTests {
    private static Policy policy;

    @BeforeAll
    static void load() throws Exception {
        policy = Golden.policy();
    }

    @AfterAll
    static void close() {
        policy.close();
    }

    private static float[] values(int words) {
        SplittableRandom random = new SplittableRandom(words);
        float[] values = new float[words];
        for (int i = 0; i < words; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt() & 0xbfffffff);
        }
        return values;
    }

    private static String checksum(float[] values) {
        try (NDManager step = policy.manager().newSubManager();
                NDArray array = step.create(values)) {
            return WeightChecksum.of(policy.program(), step, "", List.of(new Parameter("p", array)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 4096 * 4096 + 5})
    void isWhatTheFormulaSays(int words) throws Exception {
        float[] values = values(words);
        long[] key = new SplittableRandom(1).longs(4096).toArray();
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        expected.update("p".getBytes(StandardCharsets.UTF_8));
        ByteBuffer sum = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < words; block += 4096) {
            long total = 0;
            for (int i = block; i < Math.min(words, block + 4096); i++) {
                total += Float.floatToRawIntBits(values[i]) * key[i - block];
            }
            expected.update(sum.putLong(0, total).array());
        }
        assertThat(checksum(values)).isEqualTo(HexFormat.of().formatHex(expected.digest()));
    }

    @Test
    void aBitAnOrderAndASignChangeIt() {
        float[] values = values(5000);
        String before = checksum(values);
        float last = values[4999];
        values[4999] = Float.intBitsToFloat(Float.floatToRawIntBits(last) ^ 1);
        assertThat(checksum(values)).isNotEqualTo(before);
        values[4999] = values[4998];
        values[4998] = last;
        assertThat(checksum(values)).isNotEqualTo(before);
        values[4999] = 0f;
        String zero = checksum(values);
        values[4999] = -0f;
        assertThat(checksum(values)).isNotEqualTo(zero);
    }
}
