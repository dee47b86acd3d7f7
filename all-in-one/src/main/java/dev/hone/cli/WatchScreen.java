package dev.hone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// A run on a terminal's screen.
///
/// @param view the run as the gateway shows it
/// @param rows its curve
/// @param summary its episodes, counted
record WatchScreen(JsonNode view, JsonNode rows, JsonNode summary) {

    private static final int LABEL = 15;
    private static final int VALUE = 9;
    private static final int RANGE = 20;

    /// @param width characters that fit into a line, at least 20
    List<String> lines(int width, Sparkline curve) {
        List<String> lines = new ArrayList<>();
        lines.add(head());
        lines.add("%s  %s  version %s"
                .formatted(
                        Figures.text(view.path("config").path("model").path("path")),
                        Figures.text(view.path("config")
                                .path("trainerCommon")
                                .path("algorithm")
                                .path("name")),
                        Figures.any(view.path("policyVersion"))));
        lines.add("");
        curve(lines, "reward", "train", "reward/mean", "%.3f", width, curve);
        curve(lines, "accuracy", "train", "accuracy", "%.3f", width, curve);
        curve(lines, "evaluation", "eval", "accuracy", "%.3f", width, curve);
        curve(lines, "missing print", "train", "habits/missing_print", "%.3f", width, curve);
        curve(lines, "early answer", "train", "habits/early_answer", "%.3f", width, curve);
        curve(lines, "gap", "train", "logprob_gap/mean", "%.4f", width, curve);
        curve(lines, "tokens/s", "train", "throughput/tokens_per_second", "%.0f", width, curve);
        curve(lines, "seconds/step", "train", "time/step", "%.1f", width, curve);
        lines.add("");
        lines.add("%-15s%s judged, %s given up of %s issued"
                .formatted(
                        "episodes",
                        Figures.number(summary.path("episodes_judged"), "%.0f"),
                        Figures.number(summary.path("episodes_given_up"), "%.0f"),
                        Figures.number(summary.path("episodes_issued"), "%.0f")));
        JsonNode failure = view.path("failure");
        if (failure.isObject()) {
            lines.add("failure: " + Figures.text(failure.path("message")));
        }
        return lines.stream().map(line -> cut(line, width)).toList();
    }

    private String head() {
        String head = "Run %s is %s  step %s"
                .formatted(Figures.text(view.path("run")), Figures.text(view.path("state")), Figures.steps(view));
        JsonNode left = view.path("secondsLeft");
        return left.isNumber() ? head + "  left " + Figures.seconds(left) : head;
    }

    /// Adds a metric's newest value and its curve; nothing where there is no value yet.
    private void curve(
            List<String> lines,
            String label,
            String purpose,
            String metric,
            String pattern,
            int width,
            Sparkline sparkline) {
        List<Double> values = new ArrayList<>();
        for (JsonNode row : rows) {
            JsonNode value = row.path("metrics").path(metric);
            if (row.path("purpose").asString("").equals(purpose) && value.isNumber()) {
                values.add(value.asDouble());
            }
        }
        if (values.isEmpty()) {
            return;
        }
        String newest = String.format(Locale.ROOT, pattern, values.getLast());
        String line = ("%-" + LABEL + "s%" + VALUE + "s").formatted(label, newest);
        int room = width - line.length() - RANGE;
        if (values.size() > 1 && room > 0) {
            line += "  " + sparkline.of(values, room) + "  from "
                    + String.format(Locale.ROOT, pattern, values.getFirst());
        }
        lines.add(line);
    }

    private static String cut(String line, int width) {
        return line.codePointCount(0, line.length()) <= width
                ? line
                : line.substring(0, line.offsetByCodePoints(0, width));
    }
}
