package dev.hone.cli;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// A step or an evaluation that is done, as one line: reward, accuracy, habits, tokens per second, time left.
final class StepLine {

    private StepLine() {}

    /// @param row of the curve
    /// @param view the run as the gateway shows it
    static String of(JsonNode row, JsonNode view) {
        JsonNode m = row.path("metrics");
        boolean training = row.path("purpose").asString("").equalsIgnoreCase("train");
        String text = training
                ? "step %3d/%d"
                        .formatted(row.path("step").asInt(), view.path("steps").asInt())
                : "evaluation after step %d".formatted(row.path("step").asInt());
        text += format("  reward %.3f", m.path("reward/mean"))
                + format("  accuracy %.3f", m.path("accuracy"))
                + (training ? "" : uncertain(row, "accuracy") + passAtK(row))
                + format("  missing print %.3f", m.path("habits/missing_print"))
                + format("  early answer %.3f", m.path("habits/early_answer"));
        if (training) {
            text += format("  gap %.4f", m.path("logprob_gap/mean"))
                    + format("  %.0f tok/s", m.path("throughput/tokens_per_second"))
                    + format("  %.1f s", m.path("time/step"));
            double zeroVariance = m.path("groups/zero_variance_fraction").asDouble(0);
            if (zeroVariance > 0) {
                text += "  groups without variance %.0f %%".formatted(100 * zeroVariance);
            }
            if (m.path("groups/replaced").asDouble(0) > 0) {
                text += "  replaced %.0f (%.0f %%)"
                        .formatted(
                                m.path("groups/replaced").asDouble(),
                                100 * m.path("groups/replaced_fraction").asDouble());
            }
            JsonNode left = view.path("secondsLeft");
            if (left.isNumber()) {
                text += "  left " + Figures.seconds(left);
            }
        }
        return text;
    }

    /// pass@k with its interval, for each k but 1.
    private static String passAtK(JsonNode row) {
        StringBuilder text = new StringBuilder();
        row.path("metrics").properties().forEach(metric -> {
            String name = metric.getKey();
            if (name.startsWith("pass@") && !name.equals("pass@1") && !name.contains("/")) {
                text.append(format("  " + name + " %.3f", metric.getValue())).append(uncertain(row, name));
            }
        });
        return text.toString();
    }

    private static String uncertain(JsonNode row, String name) {
        String interval = EvaluationSummary.interval(row, name);
        return interval.isEmpty() ? "" : " " + interval;
    }

    private static String format(String pattern, JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "";
    }
}
