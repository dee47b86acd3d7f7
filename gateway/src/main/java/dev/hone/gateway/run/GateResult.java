package dev.hone.gateway.run;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.hone.contracts.run.Gate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How a gate stands, found from the run's curve.
///
/// @param standing `open`, `passed` or `failed`
/// @param passedAtStep the first step within the bounds; null before
/// @param curve its metric at the steps that count, in order
record GateResult(Gate gate, Standing standing, @Nullable Integer passedAtStep, List<Point> curve) {

    enum Standing {
        OPEN,
        PASSED,
        FAILED;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Point(int step, double value) {}

    /// @param over whether the curve has all its points
    static GateResult of(Gate gate, List<StepRow> curve, boolean over) {
        List<StepRow> rows = curve.stream()
                .filter(row -> row.purpose().equals(gate.purpose()))
                .toList();
        List<Point> points = rows.stream()
                .filter(row -> gate.counts(row.step()))
                .flatMap(
                        row -> Optional.ofNullable(row.metrics().get(gate.metric()))
                                .map(value -> new Point(row.step(), value))
                                .stream())
                .toList();
        Optional<Point> passed =
                points.stream().filter(point -> gate.holds(point.value())).findFirst();
        boolean late = over || rows.stream().anyMatch(row -> gate.byStep() != null && row.step() >= gate.byStep());
        Standing standing = passed.isPresent() ? Standing.PASSED : late ? Standing.FAILED : Standing.OPEN;
        return new GateResult(gate, standing, passed.map(Point::step).orElse(null), points);
    }

    /// For people: what was asked and what came of it.
    ///
    /// @param metrics that the run has told
    String text(Set<String> metrics) {
        String asked = "Asked was " + gate.text() + "; ";
        if (curve.isEmpty()) {
            return asked + "no " + gate.purpose() + " step told of such a metric"
                    + (metrics.isEmpty() ? "." : "; there are " + new TreeSet<>(metrics) + ".");
        }
        Point nearest =
                curve.stream().min(Comparator.comparingDouble(this::missing)).orElseThrow();
        return asked + "nearest was " + nearest.value() + " at step " + nearest.step() + ", last was "
                + curve.getLast().value() + " at step " + curve.getLast().step() + ".";
    }

    /// How far outside of the bounds.
    private double missing(Point point) {
        double below = gate.min() == null ? 0 : gate.min() - point.value();
        double above = gate.max() == null ? 0 : point.value() - gate.max();
        return Math.max(below, above);
    }
}
