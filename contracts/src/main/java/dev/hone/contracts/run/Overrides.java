package dev.hone.contracts.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Settings of a command line, `KEY=VALUE`: the value is read as YAML, or taken as it stands where the key holds a
/// text. Parts of a key may be left out as long as the rest names one key alone.
final class Overrides {

    private final YAMLMapper yaml;
    private final ObjectNode defaults;
    private final Set<String> freeKeys;
    private final List<String> leaves = new ArrayList<>();

    /// @param defaults every key, without the root
    /// @param freeKeys keys, with the root, below which any key may stand
    Overrides(YAMLMapper yaml, ObjectNode defaults, Set<String> freeKeys) {
        this.yaml = yaml;
        this.defaults = defaults;
        this.freeKeys = freeKeys;
        collect("", defaults);
    }

    private void collect(String path, ObjectNode section) {
        section.properties().forEach(entry -> {
            String key = path + entry.getKey();
            if (entry.getValue() instanceof ObjectNode inner && !freeKeys.contains("hone." + key)) {
                collect(key + ".", inner);
            } else {
                leaves.add(key);
            }
        });
    }

    /// Lays one setting over what stands below the root of a user's file.
    void apply(String setting, ObjectNode run) {
        int end = setting.indexOf('=');
        if (end < 1) {
            throw new InvalidConfigException(
                    "--set " + setting,
                    "is no setting; write KEY=VALUE, for example --set trainer_common.optim.lr=2e-6.");
        }
        String key = resolve(setting.substring(0, end).strip());
        List<String> path = List.of(key.split("\\."));
        ObjectNode section = run;
        for (String name : path.subList(0, path.size() - 1)) {
            section = section.get(name) instanceof ObjectNode inner ? inner : section.putObject(name);
        }
        section.set(path.getLast(), value(key, setting.substring(end + 1)));
    }

    private JsonNode value(String key, String text) {
        if (defaults.at("/" + key.replace('.', '/')).isString()) {
            return StringNode.valueOf(text);
        }
        try {
            JsonNode value = yaml.readTree(text);
            return value.isMissingNode() || value.isNull() ? StringNode.valueOf(text) : value;
        } catch (JacksonException e) {
            throw new InvalidConfigException(
                    "hone." + key, "cannot be set to '" + text + "': it is no readable YAML; mind the quotes.");
        }
    }

    private String resolve(String given) {
        String key = given.replaceFirst("^(hone|ajet)\\.", "");
        boolean free = freeKeys.stream().anyMatch(open -> ("hone." + key).startsWith(open + "."));
        if (free || !defaults.at("/" + key.replace('.', '/')).isMissingNode()) {
            return key;
        }
        List<String> parts = Stream.of(key.split("\\."))
                .map(part -> part.equals("learner") ? "trainer_common" : part)
                .toList();
        List<String> meant =
                leaves.stream().filter(leaf -> shortened(parts, leaf)).toList();
        if (meant.size() == 1) {
            return meant.getFirst();
        }
        throw new InvalidConfigException(
                "hone." + key, meant.isEmpty() ? unknown(key) : "could be any of " + meant + "; write it in full.");
    }

    /// Whether the parts stand in the leaf's path in their order, the last of them at its end.
    private static boolean shortened(List<String> parts, String leaf) {
        List<String> path = List.of(leaf.split("\\."));
        int next = 0;
        for (String name : path) {
            if (next < parts.size() && name.equals(parts.get(next))) {
                next++;
            }
        }
        return next == parts.size() && parts.getLast().equals(path.getLast());
    }

    private String unknown(String key) {
        return EditDistance.nearest(key, leaves)
                .or(() -> {
                    String last = key.substring(key.lastIndexOf('.') + 1);
                    return EditDistance.nearest(
                                    last,
                                    leaves.stream()
                                            .map(leaf -> leaf.substring(leaf.lastIndexOf('.') + 1))
                                            .toList())
                            .flatMap(near -> leaves.stream()
                                    .filter(leaf -> ("." + leaf).endsWith("." + near))
                                    .findFirst());
                })
                .map(nearest -> "is no key. Did you mean '" + nearest + "'?")
                .orElse("is no key; ./hone train --print-config shows every key.");
    }
}
