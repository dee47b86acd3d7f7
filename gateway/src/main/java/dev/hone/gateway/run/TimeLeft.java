package dev.hone.gateway.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much longer a run takes, from how long its last phases took: phases follow one another without overlap.
final class TimeLeft {

    /// So many recent steps are averaged.
    private static final int WINDOW = 5;

    private TimeLeft() {}

    /// Seconds, or null before the first step is done or where the number of steps is not known.
    ///
    /// @param started when the run began to roll out
    /// @param steps training steps in all
    /// @param evaluations evaluations in all
    static @Nullable Double seconds(Instant started, List<StepRow> curve, @Nullable Integer steps, int evaluations) {
        List<Double> training = new ArrayList<>();
        List<Double> evaluating = new ArrayList<>();
        Instant previous = started;
        for (StepRow row : curve) {
            double took =
                    Math.max(0, Duration.between(previous, row.completedAt()).toMillis() / 1000.0);
            (row.training() ? training : evaluating).add(took);
            previous = row.completedAt();
        }
        if (steps == null || training.isEmpty()) {
            return null;
        }
        List<Double> recent = training.subList(Math.max(0, training.size() - WINDOW), training.size());
        double left = Math.max(0, steps - training.size()) * mean(recent);
        if (!evaluating.isEmpty()) {
            left += Math.max(0, evaluations - evaluating.size()) * mean(evaluating);
        }
        return left;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
