package dev.hone.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Runs side by side, for people.
///
/// @param values `runs`, `settings` and `metrics` as the gateway tells them, values in the order of the runs
record Comparison(JsonNode values) {

    private static final List<String> SUMMARY = List.of(
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

    private static final List<String> CURVES = List.of(
            "reward/mean", "accuracy", "logprob_gap/mean", "entropy", "throughput/tokens_per_second", "time/step");

    /// @param metrics to show step by step
    /// @throws UserErrorException if no run has one of them
    List<String> lines(List<String> metrics) {
        List<String> lines = new ArrayList<>(summary());
        section(lines, "Settings that differ", settings());
        section(lines, "Last values of training", lastValues());
        for (String metric : metrics) {
            List<JsonNode> curves = curves(metric);
            if (curves.isEmpty()) {
                throw new UserErrorException(
                        "None of the runs has a metric " + metric + "; docs/metrics.md lists those there are.");
            }
            curves.forEach(curve -> section(lines, metric + ", " + Figures.text(curve.path("purpose")), points(curve)));
        }
        return lines;
    }

    private static void section(List<String> lines, String title, List<String> content) {
        if (content.size() > 1) {
            lines.add("");
            lines.add(title);
            lines.addAll(content);
        }
    }

    private List<String> summary() {
        Table table = new Table().row(row("", run -> run.path("run")));
        table.row(row("state", run -> run.path("state")));
        for (String key : SUMMARY) {
            table.row(row(key.replace('_', ' '), run -> run.path("summary").path(key)));
        }
        return table.lines();
    }

    private List<String> row(String label, Function<JsonNode, JsonNode> value) {
        return Stream.concat(Stream.of(label), values.path("runs").valueStream().map(value.andThen(Figures::any)))
                .toList();
    }

    private List<String> settings() {
        Table table = new Table().row(row("", run -> run.path("run")));
        for (JsonNode setting : values.path("settings")) {
            if (different(setting.path("values"))) {
                table.row(cells(Figures.text(setting.path("key")), setting.path("values")));
            }
        }
        return table.lines();
    }

    private static boolean different(JsonNode values) {
        Set<JsonNode> distinct = new HashSet<>();
        values.forEach(distinct::add);
        return distinct.size() > 1;
    }

    private List<String> lastValues() {
        Table table = new Table().row(row("", run -> run.path("run")));
        for (String metric : CURVES) {
            for (JsonNode curve : curves(metric)) {
                if (curve.path("purpose").asString("").equals("train")) {
                    table.row(last(metric, curve.path("points")));
                }
            }
        }
        return table.lines();
    }

    private List<String> last(String metric, JsonNode points) {
        List<String> cells = new ArrayList<>(List.of(metric));
        for (int run = 0; run < values.path("runs").size(); run++) {
            String cell = "-";
            for (JsonNode point : points) {
                JsonNode value = point.path("values").path(run);
                cell = value.isNumber() ? Figures.any(value) : cell;
            }
            cells.add(cell);
        }
        return cells;
    }

    private List<String> points(JsonNode curve) {
        Table table = new Table().row(row("step", run -> run.path("run")));
        for (JsonNode point : curve.path("points")) {
            table.row(cells(Figures.any(point.path("step")), point.path("values")));
        }
        return table.lines();
    }

    private List<JsonNode> curves(String metric) {
        return values.path("metrics")
                .valueStream()
                .filter(curve -> curve.path("name").asString("").equals(metric))
                .toList();
    }

    private static List<String> cells(String label, JsonNode values) {
        return Stream.concat(Stream.of(label), values.valueStream().map(Figures::any))
                .toList();
    }
}
