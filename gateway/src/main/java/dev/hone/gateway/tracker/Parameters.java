package dev.hone.gateway.tracker;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A configuration as flat parameters, named as the YAML names the keys: `rollout.num_repeat`.
final class Parameters {

    /// What every MLflow takes.
    private static final int LONGEST = 500;

    private static final YAMLMapper YAML = new YAMLMapper();

    private Parameters() {}

    /// Keys with a value; long values are cut off.
    static SortedMap<String, String> of(RunConfig config) {
        SortedMap<String, String> parameters = new TreeMap<>();
        collect("", YAML.readTree(RunConfigReader.write(config)).path("hone"), parameters);
        return parameters;
    }

    private static void collect(String key, JsonNode value, SortedMap<String, String> parameters) {
        if (value instanceof ObjectNode section) {
            section.properties()
                    .forEach(entry -> collect(
                            key.isEmpty() ? entry.getKey() : key + "." + name(entry.getKey()),
                            entry.getValue(),
                            parameters));
            return;
        }
        String text = value.isString() ? value.asString() : value.toString();
        if (!text.isEmpty() && !value.isNull()) {
            parameters.put(key, text.length() > LONGEST ? text.substring(0, LONGEST) : text);
        }
    }

    /// A judge in a file is named by its path, which may have letters that no parameter has.
    private static String name(String key) {
        return key.replaceAll("[^A-Za-z0-9_./: -]", "_");
    }
}
