package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Expected values: {@code src/test/python/make_rotary.py} (Transformers 5.23.0). */
class RotaryTests {
    private static final Path GOLDENS = Path.of("src/test/resources/dev/hone/policy/rotary.json");

    @TestFactory
    Stream<DynamicTest> turnsAsTransformersDoes() {
        JsonNode goldens = JsonMapper.shared().readTree(GOLDENS.toFile());
        assertThat(goldens.size()).isEqualTo(96);
        return StreamSupport.stream(goldens.spliterator(), false)
                .map(golden -> DynamicTest.dynamicTest(
                        "%s %d"
                                .formatted(
                                        golden.path("config"),
                                        golden.path("length").asInt()),
                        () -> check(golden)));
    }

    private static void check(JsonNode golden) {
        AttentionConfig attention = ModelConfig.parse(golden.path("config")).attention();
        Rotary rotary =
                golden.path("layers").asString("").equals("sliding_attention") ? attention.local() : attention.global();
        float[] frequencies =
                rotary.frequencies(attention.headSize(), golden.path("length").asInt());

        assertThat(rotary.attentionFactor()).isCloseTo(golden.path("factor").asDouble(), within(1e-12));
        assertThat(frequencies).hasSize(golden.path("frequencies").size());
        for (int i = 0; i < frequencies.length; i++) {
            double expected = golden.path("frequencies").path(i).asDouble();
            // A unit in the last place or two of float32.
            assertThat((double) frequencies[i]).isCloseTo(expected, within(3e-7 * Math.abs(expected)));
        }
    }
}
