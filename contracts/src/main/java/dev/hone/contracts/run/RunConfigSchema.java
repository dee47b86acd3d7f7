package dev.hone.contracts.run;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schema (2020-12) of a run's file, for editors. What hangs on two values together only [RunConfigReader] sees; a
/// number in quotes, or a number's key without a value, only the schema refuses.
public final class RunConfigSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RunConfigSchema() {}

    /// The schema.
    public static JsonNode schema() {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A run of Hone");
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ObjectNode roots = schema.putObject("properties");
        roots.putObject("hone").put("$ref", "#/$defs/run");
        roots.putObject("ajet").put("$ref", "#/$defs/run").put("description", "Read as hone.");
        foreign("", roots);
        ArrayNode either = schema.putArray("oneOf");
        either.addObject().putArray("required").add("hone");
        either.addObject().putArray("required").add("ajet");
        schema.putObject("$defs").set("run", section(RunConfigKeys.root()));
        return schema;
    }

    /// The schema as text, for a file.
    public static String text() {
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(schema()) + "\n";
    }

    private static ObjectNode section(RunConfigKeys.Key section) {
        ObjectNode schema = NODES.objectNode();
        if (section.path().isEmpty()) {
            schema.put("type", "object");
        } else {
            types(schema, "object");
        }
        described(schema, section.meaning());
        ObjectNode properties = schema.putObject("properties");
        for (RunConfigKeys.Key key : section.keys()) {
            properties.set(key.name(), key.keys().isEmpty() ? value(key) : section(key));
        }
        foreign(section.path().isEmpty() ? "hone." : "hone." + section.path() + ".", properties);
        schema.put("additionalProperties", false);
        return schema;
    }

    private static ObjectNode value(RunConfigKeys.Key key) {
        ObjectNode schema = NODES.objectNode();
        described(schema, key.meaning());
        schema.set("default", key.standard());
        ObjectNode innermost = typed(schema, key.type(), true);
        key.limit().ifPresent(limit -> limited(innermost, limit));
        return schema;
    }

    /// Says the type, and where a limit belongs: to the values themselves, or to those in a list or mapping.
    private static ObjectNode typed(ObjectNode schema, Type type, boolean nullable) {
        if (type instanceof ParameterizedType generic) {
            boolean mapping = generic.getRawType().equals(Map.class);
            types(schema, mapping ? "object" : "array");
            ObjectNode inner = schema.putObject(mapping ? "additionalProperties" : "items");
            return typed(inner, generic.getActualTypeArguments()[mapping ? 1 : 0], false);
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            schema.put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            for (RecordComponent component : record.getRecordComponents()) {
                typed(properties.putObject(RunConfigKeys.yamlName(component)), component.getGenericType(), true);
            }
            schema.put("additionalProperties", false);
            return schema;
        }
        String name = name((Class<?>) type);
        if (nullable && name.equals("string")) {
            types(schema, name);
        } else {
            schema.put("type", name);
        }
        return schema;
    }

    private static String name(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (List.of(int.class, Integer.class, long.class, Long.class).contains(type)) {
            return "integer";
        }
        return type == double.class || type == Double.class ? "number" : "string";
    }

    /// Of sections, texts, lists and mappings: without a value they are as if they were not there.
    private static void types(ObjectNode schema, String type) {
        schema.putArray("type").add(type).add("null");
    }

    private static void limited(ObjectNode schema, Limits.Limit limit) {
        boolean both = limit.least() != null && !limit.choices().isEmpty();
        if (both) {
            // A name, or a number with quotes or without: each condition holds for values of its own type.
            schema.remove("type");
            schema.put("pattern", "^(" + String.join("|", limit.choices()) + "|[0-9]+)$");
        } else if (!limit.choices().isEmpty()) {
            boolean nullable = schema.path("type").isArray();
            schema.remove("type"); // the choices say it
            ArrayNode choices = schema.putArray("enum");
            limit.choices().forEach(choices::add);
            if (nullable) {
                choices.addNull();
            }
        }
        if (limit.least() != null) {
            schema.set("minimum", number(limit.least()));
        }
        if (limit.most() != null) {
            schema.set("maximum", number(limit.most()));
        }
    }

    private static JsonNode number(double value) {
        return value == Math.rint(value) ? NODES.numberNode((long) value) : NODES.numberNode(value);
    }

    private static void described(ObjectNode schema, String meaning) {
        if (!meaning.isEmpty()) {
            schema.put("description", meaning);
        }
    }

    /// Keys of the AgentJet tutorial that stand directly below a path.
    private static void foreign(String path, ObjectNode properties) {
        RunConfigReader.FOREIGN_KEYS.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(path) && entry.getKey().indexOf('.', path.length()) < 0)
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> properties
                        .putObject(entry.getKey().substring(path.length()))
                        .put("deprecated", true)
                        .put("description", "Of the AgentJet tutorial: " + entry.getValue()));
    }
}
