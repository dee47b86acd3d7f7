package dev.hone.gateway.page;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A configuration as one value a key: `trainer_common.optim.lr`.
final class Flattened {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Flattened() {}

    static TreeMap<String, String> of(RunConfig config) {
        TreeMap<String, String> values = new TreeMap<>();
        add(values, "", YAML.readTree(RunConfigReader.write(config)).path("hone"));
        return values;
    }

    private static void add(TreeMap<String, String> values, String path, JsonNode node) {
        if (node.isObject() && !node.isEmpty()) {
            node.forEachEntry((key, value) -> add(values, path.isEmpty() ? key : path + "." + key, value));
        } else {
            values.put(path, node.isValueNode() ? node.asString() : node.toString());
        }
    }
}
