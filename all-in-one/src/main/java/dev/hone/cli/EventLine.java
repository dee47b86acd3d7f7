package dev.hone.cli;

import tools.jackson.databind.JsonNode;

/// An event of a run's log, or an episode's failure, as one line.
final class EventLine {

    private EventLine() {}

    /// @param view the run as the gateway shows it
    static String of(RunLog.Event event, JsonNode view) {
        JsonNode data = event.data();
        return switch (event.type()) {
            case "run" -> "run " + Figures.text(data.path("state")) + reason(data);
            case "step", "evaluation" -> StepLine.of(data, view);
            case "progress" ->
                "%s step %d: %d of %d groups closed, %d episodes judged, %d given up"
                        .formatted(
                                Figures.text(data.path("purpose")),
                                data.path("step").asInt(),
                                data.path("groupsClosed").asInt(),
                                data.path("groups").asInt(),
                                data.path("judged").asInt(),
                                data.path("givenUp").asInt());
            default -> event.type() + " " + data;
        };
    }

    private static String reason(JsonNode data) {
        JsonNode failure = data.path("failure");
        return failure.isObject() ? ": " + Figures.text(failure.path("message")) : "";
    }

    /// @param row an attempt at a sample that failed or was given up
    static String failure(JsonNode row) {
        return "episode %s/%d/%d/%d, attempt %d, task %s: %s (%s)"
                .formatted(
                        Figures.text(row.path("purpose")),
                        row.path("step").asInt(),
                        row.path("group").asInt(),
                        row.path("sample").asInt(),
                        row.path("attempt").asInt(),
                        Figures.text(row.path("taskId")),
                        Figures.text(row.path("state")).replace('_', ' '),
                        Figures.text(row.path("cause")));
    }
}
