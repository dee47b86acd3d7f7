package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a run came to: a table for people, a line of JSON for programs.
record Summary(JsonNode values) {

    /// The keys of the line, in order; a number that the run does not have is null.
    private static final List<String> KEYS = List.of(
            "steps",
            "seconds",
            "reward_first3",
            "reward_last3",
            "accuracy_before",
            "accuracy_after",
            "missing_print_before",
            "missing_print_after",
            "early_answer_before",
            "early_answer_after",
            "episodes_issued",
            "episodes_judged",
            "episodes_given_up");

    String json() {
        ObjectNode line = EventCodec.json().createObjectNode();
        for (String key : KEYS) {
            line.set(key, values.has(key) ? values.get(key) : EventCodec.json().nullNode());
        }
        return EventCodec.json().writeValueAsString(line);
    }

    List<String> table() {
        return List.of(
                "",
                "                     before    after",
                row("reward (3 steps)", "reward_first3", "reward_last3"),
                row("accuracy", "accuracy_before", "accuracy_after"),
                row("missing print", "missing_print_before", "missing_print_after"),
                row("early answer", "early_answer_before", "early_answer_after"),
                "",
                "%s steps in %s s; episodes: %s issued, %s judged, %s given up"
                        .formatted(
                                text("steps", "%.0f"),
                                text("seconds", "%.0f"),
                                text("episodes_issued", "%.0f"),
                                text("episodes_judged", "%.0f"),
                                text("episodes_given_up", "%.0f")));
    }

    private String row(String name, String before, String after) {
        return "%-18s %8s %8s".formatted(name, text(before, "%.3f"), text(after, "%.3f"));
    }

    private String text(String key, String pattern) {
        JsonNode value = values.path(key);
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "-";
    }
}
