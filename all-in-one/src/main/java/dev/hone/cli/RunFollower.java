package dev.hone.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// Follows a run to its end and says how it goes: step, reward, tokens per second, time left.
final class RunFollower {

    private static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled");
    private static final Duration EVERY = Duration.ofMillis(500);

    private final GatewayClient gateway;
    private final String run;
    private final CountDownLatch interrupted;
    private int shown;

    /// @param interrupted counts down when the user wants to stop
    RunFollower(GatewayClient gateway, String run, CountDownLatch interrupted) {
        this.gateway = gateway;
        this.run = run;
        this.interrupted = interrupted;
    }

    /// Returns when the run has ended, or the user has asked to stop.
    ///
    /// @return the run as the gateway shows it
    JsonNode follow() throws InterruptedException {
        String state = "";
        while (true) {
            JsonNode view = gateway.get("/api/v1/runs/" + run);
            String now = view.path("state").asString("");
            showNewSteps(view);
            if (!now.equals(state)) {
                state = now;
                Console.progress("Run " + run + " is " + state);
            }
            if (TERMINAL.contains(state) || interrupted.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                return view;
            }
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
            JsonNode left = view.path("secondsLeft");
            if (left.isNumber()) {
                long seconds = Math.round(left.asDouble());
                text += "  left %d:%02d".formatted(seconds / 60, seconds % 60);
            }
        }
        return text;
    }

    private static String format(String pattern, JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "";
    }
}
