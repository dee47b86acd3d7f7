package dev.hone.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A run on one sheet, for people.
///
/// @param view the run as the gateway shows it
/// @param summary what it came to
/// @param causes of its episodes' rewards, counted step by step
record RunSheet(JsonNode view, JsonNode summary, JsonNode causes) {

    List<String> lines(ZoneId zone) {
        List<String> lines = new ArrayList<>();
        lines.add("Run %s is %s, step %s"
                .formatted(Figures.text(view.path("run")), Figures.text(view.path("state")), Figures.steps(view)));
        JsonNode failure = view.path("failure");
        if (failure.isObject()) {
            lines.add("Failure: " + Figures.text(failure.path("code")) + ": " + Figures.text(failure.path("message")));
        }
        lines.add("");
        lines.addAll(facts(zone));
        lines.addAll(
                Training.evaluates(view) ? new EvaluationSummary(view, summary).table() : new Summary(summary).table());
        lines.addAll(causeCounts());
        view.path("warnings").forEach(warning -> lines.add("Warning: " + warning.asString()));
        return lines;
    }

    private List<String> facts(ZoneId zone) {
        Table table = new Table();
        table.row("submitted", Figures.time(view.path("submittedAt"), zone));
        table.row("started", Figures.time(view.path("startedAt"), zone));
        table.row("ended", Figures.time(view.path("endedAt"), zone));
        if (view.path("secondsLeft").isNumber()) {
            table.row("left", Figures.seconds(view.path("secondsLeft")));
        }
        JsonNode config = view.path("config");
        table.row("model", Figures.text(config.path("model").path("path")));
        table.row("workflow", Figures.text(config.path("rollout").path("userWorkflow")));
        table.row("judge", Figures.text(config.path("taskJudge").path("judgeProtocol")));
        table.row("weights", "version " + Figures.any(view.path("policyVersion")));
        table.row("trained model", Figures.text(view.path("export")));
        return table.lines();
    }

    /// Over all steps, the most frequent first.
    private List<String> causeCounts() {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        for (JsonNode cause : causes) {
            List<String> what = List.of(
                    Figures.text(cause.path("purpose")),
                    Figures.text(cause.path("state")),
                    Figures.text(cause.path("cause")));
            counts.merge(what, cause.path("episodes").asInt(), Integer::sum);
        }
        if (counts.isEmpty()) {
            return List.of();
        }
        Table table = new Table().row("EPISODES", "STATE", "CAUSE", "COUNT");
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> table.row(
                        entry.getKey().get(0),
                        entry.getKey().get(1),
                        entry.getKey().get(2),
                        entry.getValue().toString()));
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(table.lines());
        return lines;
    }
}
