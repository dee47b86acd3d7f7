package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.util.ArrayList;
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
            "accuracy_before_ci",
            "accuracy_after_ci",
            "pass_k",
            "pass_at_k_before",
            "pass_at_k_after",
            "pass_at_k_before_ci",
            "pass_at_k_after_ci",
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
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(line("", "before", "", "after", ""));
        lines.add(row("reward (3 steps)", "reward_first3", "reward_last3"));
        lines.add(row("accuracy", "accuracy_before", "accuracy_after"));
        if (values.path("pass_k").isNumber()) {
            lines.add(row("pass@" + values.path("pass_k").asInt(), "pass_at_k_before", "pass_at_k_after"));
        }
        lines.add(row("missing print", "missing_print_before", "missing_print_after"));
        lines.add(row("early answer", "early_answer_before", "early_answer_after"));
        lines.add("");
        lines.add("%s steps in %s s; episodes: %s issued, %s judged, %s given up"
                .formatted(
                        text("steps", "%.0f"),
                        text("seconds", "%.0f"),
                        text("episodes_issued", "%.0f"),
                        text("episodes_judged", "%.0f"),
                        text("episodes_given_up", "%.0f")));
        return lines;
    }

    private String row(String name, String before, String after) {
        return line(name, text(before, "%.3f"), interval(before), text(after, "%.3f"), interval(after));
    }

    private static String line(String name, String before, String interval, String after, String afterInterval) {
        return "%-18s %8s %-14s %8s %s"
                .formatted(name, before, interval, after, afterInterval)
                .stripTrailing();
    }

    /// `[0.486, 0.583]`, the 95 % interval; empty where there is none.
    private String interval(String key) {
        JsonNode ends = values.path(key + "_ci");
        return ends.size() == 2
                ? String.format(
                        Locale.ROOT,
                        "[%.3f, %.3f]",
                        ends.get(0).asDouble(),
                        ends.get(1).asDouble())
                : "";
    }

    private String text(String key, String pattern) {
        JsonNode value = values.path(key);
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "-";
    }
}
