package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What judging again changed.
///
/// @param report judge-service's, with every flipped episode
record RejudgeSummary(JsonNode report) {

    private static final int SHOWN = 20;
    private static final int PAGE = 10_000;

    /// Reads all pages of a set's report.
    static RejudgeSummary read(GatewayClient client, String set) {
        ObjectNode report = (ObjectNode) client.get(set + "/report?limit=" + PAGE);
        ArrayNode flipped = (ArrayNode) report.path("flipped");
        while (report.path("next").isString()) {
            String after = URLEncoder.encode(report.path("next").asString(), StandardCharsets.UTF_8);
            JsonNode page = client.get(set + "/report?limit=" + PAGE + "&after=" + after);
            page.path("flipped").forEach(flipped::add);
            report.set("next", page.path("next"));
        }
        report.remove("next");
        return new RejudgeSummary(report);
    }

    String json() {
        return EventCodec.json().writeValueAsString(report);
    }

    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("%-22s %9s %9s".formatted("", "before", "after"));
        lines.add("%-22s %9s %9s".formatted("mean reward", mean("meanRewardBefore"), mean("meanRewardAfter")));
        lines.add("%-22s %9d %9d".formatted("solved", number("solvedBefore"), number("solvedAfter")));
        lines.add("%-22s %9d %9d"
                .formatted("without a verdict", number("withoutVerdictBefore"), number("withoutVerdictAfter")));
        lines.add("");
        lines.add("%d episodes: %d right -> wrong, %d wrong -> right, %d rewards changed"
                .formatted(
                        number("compared"), number("rightToWrong"), number("wrongToRight"), number("rewardChanged")));
        for (JsonNode change : report.path("causes")) {
            lines.add("  %6d  %s -> %s"
                    .formatted(
                            change.path("episodes").asInt(),
                            change.path("before").asString(),
                            change.path("after").asString()));
        }
        if (number("notStored") > 0) {
            lines.add(number("notStored") + " verdicts of the run are older than the copies that judge-service keeps;"
                    + " their episodes cannot be judged again.");
        }
        JsonNode flipped = report.path("flipped");
        if (!flipped.isEmpty()) {
            lines.add("Flipped:");
        }
        for (int i = 0; i < Math.min(SHOWN, flipped.size()); i++) {
            JsonNode flip = flipped.get(i);
            lines.add("  %s  %s -> %s  %s -> %s"
                    .formatted(
                            flip.path("episode").asString(),
                            flip.path("causeBefore").asString(),
                            flip.path("causeAfter").asString(),
                            reward(flip.path("rewardBefore")),
                            reward(flip.path("rewardAfter"))));
        }
        if (flipped.size() > SHOWN) {
            lines.add("  and " + (flipped.size() - SHOWN) + " more; --json lists all");
        }
        return lines;
    }

    private int number(String key) {
        return report.path(key).asInt();
    }

    private String mean(String key) {
        return reward(report.path(key));
    }

    private static String reward(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.3f", value.asDouble()) : "-";
    }
}
