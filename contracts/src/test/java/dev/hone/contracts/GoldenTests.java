package dev.hone.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// What is written today is what was written when v1 was agreed, and it is what the schemas say.
/// `-Dhone.golden.write=true` writes the files anew: only for a new version.
class GoldenTests {

    private static final Path FOLDER = Path.of("src/test/resources/golden");

    @TestFactory
    List<DynamicTest> eventsAreEncodedAsTheGoldenFilesAre() {
        return Examples.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    boolean cbor = entry.getValue() instanceof EpisodeFinished;
                    Path file = FOLDER.resolve(entry.getKey() + (cbor ? ".cbor" : ".json"));
                    byte[] bytes = EventCodec.encode(entry.getValue());
                    if (Boolean.getBoolean("hone.golden.write")) {
                        Files.write(file, cbor ? bytes : pretty(bytes));
                    }
                    assertThat(tree(bytes, cbor)).isEqualTo(tree(Files.readAllBytes(file), cbor));
                    Event read = EventCodec.decode(
                            Files.readAllBytes(file), entry.getValue().getClass());
                    assertThat(tree(EventCodec.encode(read), cbor)).isEqualTo(tree(bytes, cbor));
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> schemasNameEveryFieldOfTheRecords() {
        return Examples.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    JsonNode schema =
                            schema(entry.getKey().substring(0, entry.getKey().lastIndexOf('.')));
                    assertFields(schema, entry.getValue().getClass());
                    for (Map.Entry<String, JsonNode> inner :
                            schema.path("$defs").properties()) {
                        assertFields(inner.getValue(), record(entry.getValue().getClass(), inner.getKey()));
                    }
                }))
                .toList();
    }

    @Test
    void readersIgnoreFieldsOfANewerProducer() {
        Event event = Examples.of(Topics.POLICY_UPDATED).getFirst();
        String newer = new String(EventCodec.encode(event), java.nio.charset.StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"laterField\":[1,2],");
        assertThat(EventCodec.decode(newer.getBytes(java.nio.charset.StandardCharsets.UTF_8), event.getClass()))
                .isEqualTo(event);
    }

    @Test
    void trajectoryKeepsEveryTokenInLittleEndianBytes() {
        EpisodeFinished event =
                (EpisodeFinished) Examples.of(Topics.EPISODE_FINISHED).getFirst();
        Trajectory trajectory = Trajectory.decode(event.trajectory());
        assertThat(trajectory.timelines()).hasSize(1);
        assertThat(trajectory.timelines().getFirst().tokenIds()).containsExactly(1, 500, 70000, 2, 9);
        assertThat(trajectory.timelines().getFirst().logProbs()).containsExactly(0, 0, -0.5f, -0.25f, 0);
        assertThat(trajectory.timelines().getFirst().inLoss(2)).isTrue();
        assertThat(trajectory.timelines().getFirst().inLoss(4)).isFalse();
        assertThat(trajectory.lossTokens()).isEqualTo(2);
        assertThat(Packed.bytes(new int[] {70000})).containsExactly(0x70, 0x11, 0x01, 0x00); // 70000 = 0x11170
    }

    private static void assertFields(JsonNode schema, Class<?> type) {
        List<String> fields = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        assertThat(schema.path("properties").propertyNames())
                .as(type.getSimpleName())
                .containsExactlyInAnyOrderElementsOf(fields);
    }

    /// The record of that simple name that is reachable from another.
    private static Class<?> record(Class<?> from, String simpleName) {
        return Arrays.stream(from.getRecordComponents())
                .flatMap(component -> mentioned(component).stream())
                .map(type -> type.getSimpleName().equals(simpleName) ? type : record(type, simpleName))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static List<Class<?>> mentioned(RecordComponent component) {
        return Arrays.stream(component.getGenericType().getTypeName().split("[<>, ]+"))
                .filter(name -> name.startsWith("dev.hone."))
                .<Class<?>>map(GoldenTests::load)
                .filter(Class::isRecord)
                .toList();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode schema(String topic) throws IOException {
        try (InputStream in = GoldenTests.class.getResourceAsStream("/schemas/" + topic + ".json")) {
            return EventCodec.json().readTree(Objects.requireNonNull(in, topic));
        }
    }

    private static JsonNode tree(byte[] bytes, boolean cbor) {
        return (cbor ? EventCodec.cbor() : EventCodec.json()).readTree(bytes);
    }

    private static byte[] pretty(byte[] bytes) {
        return (EventCodec.json().readTree(bytes).toPrettyString() + "\n")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
