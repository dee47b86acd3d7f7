package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What an evaluation came to: a table for people, a line of JSON for programs.
///
/// @param run the run as the gateway shows it
/// @param summary the gateway's summary of it
record EvaluationSummary(JsonNode run, JsonNode summary) {

    String json() {
        ObjectNode line = EventCodec.json().createObjectNode();
        line.set("run", run.path("run"));
        line.set("model", run.path("config").path("model").path("path"));
        line.put("problems", metric("groups/evaluated").asInt(0));
        share(line, "accuracy", "accuracy");
        share(line, "reward_mean", "reward/mean");
        if (samples() > 0) {
            line.put("pass_k", passK());
            line.put("samples", samples());
            put(line, "temperature", trainer("valPassTemperature"));
            share(line, "pass_at_1", "pass@1");
            share(line, "pass_at_k", "pass@" + passK());
        }
        put(line, "missing_print", metric("habits/missing_print"));
        put(line, "early_answer", metric("habits/early_answer"));
        put(line, "malformed_calls", metric("tool_calls/malformed"));
        for (String key : List.of("episodes_issued", "episodes_judged", "episodes_given_up", "seconds")) {
            put(line, key, summary.path(key));
        }
        return EventCodec.json().writeValueAsString(line);
    }

    /// A number and, where there is one, its interval.
    private void share(ObjectNode line, String key, String name) {
        put(line, key, metric(name));
        JsonNode low = metric(name + "/low");
        if (low.isNumber()) {
            line.putArray(key + "_ci").add(low).add(metric(name + "/high"));
        }
    }

    private static void put(ObjectNode line, String key, JsonNode value) {
        line.set(key, value.isNumber() ? value : EventCodec.json().nullNode());
    }

    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Model: " + run.path("config").path("model").path("path").asString("-"));
        lines.add(problems());
        lines.add("");
        lines.add("                            95 % interval");
        lines.add(row("accuracy", "accuracy"));
        lines.add(row("reward", "reward/mean"));
        if (samples() > 0) {
            lines.add(row("pass@1 of %d".formatted(samples()), "pass@1"));
            if (passK() > 1) {
                lines.add(row("pass@%d of %d".formatted(passK(), samples()), "pass@" + passK()));
            }
        }
        lines.add(row("missing print", "habits/missing_print"));
        lines.add(row("early answer", "habits/early_answer"));
        lines.add(row("malformed calls", "tool_calls/malformed"));
        lines.add("");
        lines.add("%s s; episodes: %s issued, %s judged, %s given up (wrong)"
                .formatted(
                        text(summary.path("seconds"), "%.0f"),
                        text(summary.path("episodes_issued"), "%.0f"),
                        text(summary.path("episodes_judged"), "%.0f"),
                        text(summary.path("episodes_given_up"), "%.0f")));
        return lines;
    }

    private String problems() {
        JsonNode rollout = run.path("config").path("rollout");
        String own = "%s problems, %d × at temperature %s"
                .formatted(
                        text(metric("groups/evaluated"), "%.0f"),
                        rollout.path("valNumRepeat").asInt(1),
                        text(rollout.path("valTemperature"), "%s"));
        return samples() == 0
                ? own
                : own + " and %d × at %s for pass@k".formatted(samples(), text(trainer("valPassTemperature"), "%s"));
    }

    private String row(String label, String name) {
        String line = "%-18s %8s".formatted(label, text(metric(name), "%.3f"));
        return metric(name + "/low").isNumber() ? line + "  " + interval(run.path("evaluation"), name) : line;
    }

    /// `[0.486, 0.583]`; empty where the point of a curve has no such interval.
    static String interval(JsonNode point, String name) {
        JsonNode low = point.path("metrics").path(name + "/low");
        JsonNode high = point.path("metrics").path(name + "/high");
        return low.isNumber() && high.isNumber() ? "[" + text(low, "%.3f") + ", " + text(high, "%.3f") + "]" : "";
    }

    private static String text(JsonNode value, String pattern) {
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "-";
    }

    private JsonNode metric(String name) {
        return run.path("evaluation").path("metrics").path(name);
    }

    private JsonNode trainer(String key) {
        return run.path("config").path("trainerCommon").path(key);
    }

    private int samples() {
        return trainer("valPassN").asInt(0);
    }

    private int passK() {
        int k = trainer("valPassK").asInt(0);
        return k > 0 ? k : samples();
    }
}
