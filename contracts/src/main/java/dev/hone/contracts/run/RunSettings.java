package dev.hone.contracts.run;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A configuration with some settings changed, key by key.
public final class RunSettings {

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final String ROOT = "hone";
    private static final String ALGORITHM = "hone.trainer_common.algorithm.name";

    /// What stands below these is one value.
    private static final Set<String> FREE = Set.of("hone.task_judge.weights", "hone.task_reader.filter");

    private RunSettings() {}

    /// A run's file with the changes, as [RunConfigReader#read(String)] reads and checks it. Another algorithm brings
    /// its own values, as it does in a file.
    ///
    /// @param set by key, for example `trainer_common.optim.lr`; an object sets the keys in it
    /// @throws InvalidConfigException if a key runs through a value
    public static String changed(RunConfig config, Map<String, JsonNode> set) {
        ObjectNode file = (ObjectNode) YAML.readTree(RunConfigReader.write(config));
        if (set.containsKey(ALGORITHM) || set.containsKey(ALGORITHM.substring(ROOT.length() + 1))) {
            ((ObjectNode) file.path(ROOT).path("trainer_common")).remove("algorithm");
        }
        set.forEach((key, value) -> put(file, key.startsWith(ROOT + ".") ? key : ROOT + "." + key, value));
        return file.toString();
    }

    private static void put(ObjectNode file, String key, JsonNode value) {
        ObjectNode at = file;
        int from = 0;
        for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', from)) {
            JsonNode inner = at.path(key.substring(from, dot));
            if (!inner.isMissingNode() && !inner.isObject()) {
                throw new InvalidConfigException(key, "is no key: " + key.substring(0, dot) + " holds a value.");
            }
            at = at.withObjectProperty(key.substring(from, dot));
            from = dot + 1;
        }
        String last = key.substring(from);
        if (value instanceof ObjectNode changes && at.get(last) instanceof ObjectNode && !FREE.contains(key)) {
            changes.properties().forEach(entry -> put(file, key + "." + entry.getKey(), entry.getValue()));
        } else {
            at.set(last, value);
        }
    }
}
