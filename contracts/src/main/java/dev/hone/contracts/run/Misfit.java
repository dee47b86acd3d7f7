package dev.hone.contracts.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;

/// A value that is not of its key's kind, in our own words.
final class Misfit {

    private static final Map<Class<?>, String> KINDS = Map.ofEntries(
            Map.entry(int.class, "a whole number"),
            Map.entry(Integer.class, "a whole number"),
            Map.entry(long.class, "a whole number"),
            Map.entry(Long.class, "a whole number"),
            Map.entry(double.class, "a number"),
            Map.entry(Double.class, "a number"),
            Map.entry(boolean.class, "true or false"),
            Map.entry(Boolean.class, "true or false"),
            Map.entry(String.class, "a text"));

    private Misfit() {}

    /// Where it is: `hone.gates[1].min`.
    static String key(String root, JacksonException e) {
        StringBuilder key = new StringBuilder(root);
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                key.append('[').append(step.getIndex()).append(']');
            } else {
                key.append('.').append(step.getPropertyName());
            }
        }
        return key.toString();
    }

    /// What is wrong and what would be right.
    ///
    /// @param given what the user's file and the defaults come to
    /// @param usual the defaults
    static String message(JacksonException e, JsonNode given, JsonNode usual) {
        JsonNode value = at(given, e);
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return "is " + text(value) + "; it must be " + kind(type, value) + example(at(usual, e)) + ".";
    }

    private static JsonNode at(JsonNode tree, JacksonException e) {
        JsonNode node = tree;
        for (JacksonException.Reference step : e.getPath()) {
            node = step.getPropertyName() == null ? node.path(step.getIndex()) : node.path(step.getPropertyName());
        }
        return node;
    }

    private static String text(JsonNode value) {
        return value.isString() ? "'" + value.asString() + "'" : value.isMissingNode() ? "missing" : value.toString();
    }

    private static String kind(@Nullable Class<?> type, JsonNode value) {
        if (type == null) {
            return value.isIntegralNumber() ? "a whole number that is nearer to 0" : "of another kind";
        }
        if (List.class.isAssignableFrom(type)) {
            return "a list";
        }
        return KINDS.getOrDefault(type, "a mapping");
    }

    private static String example(JsonNode usual) {
        boolean shown = usual.isValueNode()
                && !usual.isNull()
                && !(usual.isString() && usual.asString().isEmpty());
        return shown ? ", such as " + usual.asString() + ", its default" : "";
    }
}
