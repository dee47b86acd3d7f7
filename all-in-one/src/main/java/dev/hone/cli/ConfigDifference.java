package dev.hone.cli;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Compares a run's file with the configuration of a run that was submitted. Paths that mean the same are the same: a
/// submitted run's are absolute, looked up in the working directory and in the project's folder.
final class ConfigDifference {

    private static final YAMLMapper YAML = new YAMLMapper();

    private ConfigDifference() {}

    /// Keys whose values differ, each with both, for people: `hone.seed is 42, in the file 43`.
    static List<String> between(RunConfig submitted, RunConfig file) {
        List<String> differences = new ArrayList<>();
        compare("", tree(submitted), tree(file), differences);
        return differences;
    }

    private static JsonNode tree(RunConfig config) {
        return YAML.readTree(RunConfigReader.write(config));
    }

    private static void compare(String key, JsonNode submitted, JsonNode file, List<String> differences) {
        if (submitted instanceof ObjectNode one && file instanceof ObjectNode other) {
            Set<String> names = new TreeSet<>(one.propertyNames());
            names.addAll(other.propertyNames());
            for (String name : names) {
                compare(key.isEmpty() ? name : key + "." + name, one.path(name), other.path(name), differences);
            }
        } else if (!submitted.equals(file) && !samePath(submitted.asString(""), file.asString(""))) {
            differences.add(key + " is " + text(submitted) + ", in the file " + text(file));
        }
    }

    private static boolean samePath(String submitted, String file) {
        Path absolute = Path.of(submitted);
        return absolute.isAbsolute()
                && (absolute.equals(Path.of(file).toAbsolutePath().normalize())
                        || absolute.equals(DataDirOption.home().resolve(file).normalize()));
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "not set" : value.asString("").isEmpty() ? value.toString() : value.asString();
    }
}
