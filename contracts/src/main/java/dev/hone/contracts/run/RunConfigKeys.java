package dev.hone.contracts.run;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What is known of each key of a run's file: its type from the records, its default and meaning from
/// `run-defaults.yaml`, and what it may be from the records' own checks.
final class RunConfigKeys {

    private RunConfigKeys() {}

    /// A key, and those below it.
    ///
    /// @param path without the root, for example `rollout.num_repeat`; empty: the root itself
    /// @param type of the record's component; of the root [RunConfig]
    /// @param standard the default; missing where the key stands below free ones
    /// @param meaning one or more sentences; empty where there are none
    record Key(
            String path, Type type, JsonNode standard, String meaning, Optional<Limits.Limit> limit, List<Key> keys) {

        String name() {
            return path.substring(path.lastIndexOf('.') + 1);
        }
    }

    /// The root, with every key below it, in the file's order.
    static Key root() {
        Map<String, Limits.Limit> limits = new LinkedHashMap<>();
        ScopedValue.where(Limits.NOTED, limits).run(RunConfigReader::defaults);
        String text = text("run-defaults.yaml");
        JsonNode defaults = new YAMLMapper().readTree(text).path("hone");
        Map<String, String> meanings = new LinkedHashMap<>();
        MappingNode document = (MappingNode)
                new Compose(LoadSettings.builder().setParseComments(true).build())
                        .composeString(text)
                        .orElseThrow();
        meanings("", (MappingNode) document.getValue().getFirst().getValueNode(), meanings);
        limits.put("trainer_common.algorithm.name", new Limits.Limit(null, null, algorithms()));
        return key("", RunConfig.class, defaults, new Facts(meanings, limits));
    }

    private record Facts(Map<String, String> meanings, Map<String, Limits.Limit> limits) {

        /// A value below free keys may be what the others there may be.
        Optional<Limits.Limit> limit(String path, Type type) {
            return Map.class.equals(rawType(type))
                    ? limits.entrySet().stream()
                            .filter(entry -> entry.getKey().startsWith(path + "."))
                            .map(Map.Entry::getValue)
                            .findFirst()
                    : Optional.ofNullable(limits.get(path));
        }
    }

    private static Key key(String path, Type type, JsonNode standard, Facts facts) {
        List<Key> keys = new ArrayList<>();
        if (type instanceof Class<?> record && record.isRecord()) {
            List<String> order = new ArrayList<>(standard.propertyNames());
            for (String name : order) {
                String inner = path.isEmpty() ? name : path + "." + name;
                keys.add(key(inner, component(record, name).getGenericType(), standard.path(name), facts));
            }
        }
        return new Key(
                path,
                type,
                standard,
                facts.meanings().getOrDefault(path, ""),
                facts.limit(path, type),
                List.copyOf(keys));
    }

    private static RecordComponent component(Class<?> record, String name) {
        for (RecordComponent component : record.getRecordComponents()) {
            if (yamlName(component).equals(name)) {
                return component;
            }
        }
        throw new IllegalStateException(record.getSimpleName() + " has no component for the key " + name);
    }

    static String yamlName(RecordComponent component) {
        return component.getName().replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
    }

    static Type rawType(Type type) {
        return type instanceof ParameterizedType generic ? generic.getRawType() : type;
    }

    private static void meanings(String path, MappingNode section, Map<String, String> found) {
        for (NodeTuple entry : section.getValue()) {
            String key = path + ((ScalarNode) entry.getKeyNode()).getValue();
            found.put(key, sentences(entry.getKeyNode().getBlockComments()));
            if (entry.getValueNode() instanceof MappingNode inner) {
                meanings(key + ".", inner, found);
            }
        }
    }

    private static String sentences(@Nullable List<CommentLine> comments) {
        return comments == null
                ? ""
                : comments.stream().map(line -> line.getValue().strip()).collect(Collectors.joining(" "));
    }

    private static List<String> algorithms() {
        return List.copyOf(new YAMLMapper().readTree(text("algorithms.yaml")).propertyNames());
    }

    private static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(RunConfigKeys.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + resource, e);
        }
    }
}
