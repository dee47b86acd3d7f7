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
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is written today is what the golden files say, and it is what the schemas say. What was written at any time
/// since
/// v1 was agreed, `earlier/`, is read today. `-Dhone.golden.write=true` writes the files anew, where a field was added,
/// and lays what stood there before with the earlier ones.
class GoldenTests {

    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final Path EARLIER = FOLDER.resolve("earlier");

    @TestFactory
    List<DynamicTest> eventsAreEncodedAsTheGoldenFilesAre() {
        return Examples.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    boolean cbor = entry.getValue() instanceof EpisodeFinished;
                    Path file = FOLDER.resolve(entry.getKey() + (cbor ? ".cbor" : ".json"));
                    byte[] bytes = EventCodec.encode(entry.getValue());
                    if (Boolean.getBoolean("hone.golden.write")) {
                        keepEarlier(file, cbor ? bytes : pretty(bytes));
                        Files.write(file, cbor ? bytes : pretty(bytes));
                    }
                    assertThat(tree(bytes, cbor)).isEqualTo(tree(Files.readAllBytes(file), cbor));
                    Event read = EventCodec.decode(
                            Files.readAllBytes(file), entry.getValue().getClass());
                    assertThat(tree(EventCodec.encode(read), cbor)).isEqualTo(tree(bytes, cbor));
                }))
                .toList();
    }

    /// A topic, an outbox or a table may hold what an earlier Hone wrote while a newer one takes its place.
    @TestFactory
    List<DynamicTest> whatWasWrittenEarlierIsReadAndSaysWhatItSaid() throws IOException {
        try (Stream<Path> files = Files.list(EARLIER)) {
            return files.sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        // <case>.<number>.<json or cbor>
                        String[] name = file.getFileName().toString().split("\\.(?=[0-9]+\\.[a-z]+$)");
                        Event today = Objects.requireNonNull(Examples.all().get(name[0]), name[0]);
                        boolean cbor = today instanceof EpisodeFinished;
                        byte[] bytes = Files.readAllBytes(file);
                        Event read = EventCodec.decode(bytes, today.getClass());
                        JsonNode understood = tree(EventCodec.encode(read), cbor);
                        assertThat(understood)
                                .isEqualTo(
                                        laidOver(tree(EventCodec.encode(today), cbor), tree(bytes, cbor), understood));
                    }))
                    .toList();
        }
    }

    /// What an earlier writer said, and of fields that it did not know what is so by default today, or nothing where
    /// nothing is understood. Fields that are no more are not missed.
    private static JsonNode laidOver(JsonNode today, JsonNode earlier, JsonNode understood) {
        if (!today.isObject() || !earlier.isObject()) {
            return earlier;
        }
        ObjectNode merged = EventCodec.json().createObjectNode();
        for (Map.Entry<String, JsonNode> field : today.properties()) {
            JsonNode said = earlier.get(field.getKey());
            JsonNode own = understood.path(field.getKey());
            JsonNode unsaid = own.isNull() ? own : field.getValue();
            merged.set(field.getKey(), said == null ? unsaid : laidOver(field.getValue(), said, own));
        }
        return merged;
    }

    private static void keepEarlier(Path file, byte[] now) throws IOException {
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : now;
        if (!Arrays.equals(before, now)) {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            int number = 1;
            while (Files.exists(earlier(name, dot, number))) {
                number++;
            }
            Files.write(earlier(name, dot, number), before);
        }
    }

    private static Path earlier(String name, int dot, int number) {
        return EARLIER.resolve(name.substring(0, dot) + "." + number + name.substring(dot));
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
