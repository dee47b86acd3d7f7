package dev.hone.gateway.page;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// A run's file as people write it.
final class ConfigFile {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .build();

    private ConfigFile() {}

    /// The file that makes the same run again under another name: what differs from the defaults.
    static String again(RunConfig config) {
        JsonNode all = YAML.readTree(RunConfigReader.write(config));
        JsonNode defaults = YAML.readTree(RunConfigReader.write(RunConfigReader.defaults()));
        ObjectNode file = all.deepCopy().asObject();
        if (file.get("hone") instanceof ObjectNode hone) {
            reduce(hone, defaults.path("hone"));
            hone.remove("experiment_name");
        }
        return YAML.writeValueAsString(file);
    }

    private static void reduce(ObjectNode values, JsonNode defaults) {
        for (String key : List.copyOf(values.propertyNames())) {
            JsonNode value = values.path(key);
            if (value.equals(defaults.path(key))) {
                values.remove(key);
            } else if (value instanceof ObjectNode object && defaults.path(key).isObject()) {
                reduce(object, defaults.path(key));
            }
        }
    }

    /// The line, from 1, on which a key stands, or the nearest of those above it; null if none does. Where the text is
    /// no YAML, the line that is at fault.
    static @Nullable Integer line(String file, String key) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(10);
        try {
            Node node = new Yaml(options).compose(new StringReader(file));
            Integer line = null;
            for (String part : key.split("\\.")) {
                Optional<NodeTuple> found = tuple(node, part);
                if (found.isEmpty()) {
                    return line;
                }
                line = found.get().getKeyNode().getStartMark().getLine() + 1;
                node = found.get().getValueNode();
            }
            return line;
        } catch (MarkedYAMLException e) {
            return e.getProblemMark() == null ? null : e.getProblemMark().getLine() + 1;
        } catch (YAMLException e) {
            return null;
        }
    }

    private static Optional<NodeTuple> tuple(@Nullable Node node, String key) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                                && (name.getValue().equals(key)
                                        || key.equals("hone") && name.getValue().equals("ajet")))
                        .findFirst()
                : Optional.empty();
    }
}
