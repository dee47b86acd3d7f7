package dev.hone.cli;

import dev.hone.contracts.run.RunState;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Follows a run to its end and says how it goes: step, reward, tokens per second, time left.
final class RunFollower {

    private static final Duration EVERY = Duration.ofMillis(500);

    /// Episodes are counted once in so many looks.
    private static final int LOOKS_A_COUNT = 4;

    private final GatewayClient gateway;
    private final String run;
    private final Interruption interruption;
    private @Nullable RunState state;
    private int shown;
    private int looks;
    private long tenths;

    RunFollower(GatewayClient gateway, String run, Interruption interruption) {
        this.gateway = gateway;
        this.run = run;
        this.interruption = interruption;
    }

    /// Returns when the run has ended, or the user has asked to stop.
    ///
    /// @return the run as the gateway shows it
    JsonNode follow() throws InterruptedException {
        JsonNode view = look();
        while (!Training.state(view).terminal() && !interruption.await(EVERY)) {
            view = look();
        }
        return view;
    }

    /// Returns when the run has ended, or after so long, whatever the user asks.
    ///
    /// @return the run as the gateway shows it
    JsonNode end(Duration atMost) throws InterruptedException {
        look();
        gateway.awaitEnd(run, atMost);
        return look();
    }

    private JsonNode look() {
        JsonNode view = gateway.get("/api/v1/runs/" + run);
        showNewSteps(view);
        RunState now = Training.state(view);
        if (now != state) {
            state = now;
            Console.progress("Run " + run + " is " + now.label());
        }
        if (now == RunState.RUNNING && Training.evaluates(view) && looks++ % LOOKS_A_COUNT == 0) {
            showEpisodes();
        }
        return view;
    }

    /// Says each time that another tenth of an evaluation's episodes is done.
    private void showEpisodes() {
        JsonNode summary = gateway.get("/api/v1/runs/" + run + "/summary");
        long issued = summary.path("episodes_issued").asLong(0);
        long done = summary.path("episodes_judged").asLong(0)
                + summary.path("episodes_given_up").asLong(0);
        if (issued > 0 && 10 * done / issued > tenths) {
            tenths = 10 * done / issued;
            Console.progress("%d of %d episodes".formatted(done, issued));
        }
    }

    private void showNewSteps(JsonNode view) {
        JsonNode rows = gateway.get("/api/v1/runs/" + run + "/steps").path("steps");
        for (; shown < rows.size(); shown++) {
            Console.progress(line(rows.get(shown), view));
        }
    }

    private static String line(JsonNode row, JsonNode view) {
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
            text += format("  kl-gap %.4f", m.path("logprob_gap/mean")).replace("kl-gap", "gap")
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
                long seconds = Math.round(left.asDouble());
                text += "  left %d:%02d".formatted(seconds / 60, seconds % 60);
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
