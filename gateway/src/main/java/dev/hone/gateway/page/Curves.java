package dev.hone.gateway.page;

import dev.hone.gateway.run.StepRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// A chart's numbers, few enough to draw: of a long run each point is the mean of several phases, with the smallest
/// and the largest of them around it.
///
/// @param key the chart's
/// @param unit of all its lines; may be empty
/// @param bucket how many phases a point stands for; 1: each its own
/// @param steps of all lines together, ascending
record Curves(String key, String title, String unit, int bucket, List<Integer> steps, List<Line> lines) {

    /// More points than pixels add nothing.
    static final int MAX_POINTS = 500;

    /// A line over [#steps()]; where it has no point there is null.
    ///
    /// @param low lower end around each point; null where the line has none
    /// @param lowMetric metric that continues `low`
    record Line(
            String metric,
            String purpose,
            String label,
            List<@Nullable Double> values,
            @Nullable List<@Nullable Double> low,
            @Nullable List<@Nullable Double> high,
            @Nullable String lowMetric,
            @Nullable String highMetric) {

        /// The first number, and the last.
        public @Nullable Double first() {
            return values.stream().filter(Objects::nonNull).findFirst().orElse(null);
        }

        public @Nullable Double last() {
            return values.reversed().stream()
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }

    /// A point: of one phase, or of a bucket of phases, whose last step it stands at.
    private record Point(double value, double low, double high) {}

    static List<Curves> all(List<StepRow> rows) {
        return Arrays.stream(Chart.values()).map(chart -> of(chart, rows)).toList();
    }

    static Curves of(Chart chart, List<StepRow> rows) {
        int bucket = bucket(rows);
        List<TreeMap<Integer, Point>> found =
                chart.lines().stream().map(line -> points(line, rows, bucket)).toList();
        List<Integer> steps = steps(found);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            lines.add(line(chart.lines().get(i), found.get(i), steps, bucket));
        }
        return new Curves(chart.key(), chart.title(), chart.unit(), bucket, steps, lines);
    }

    /// One metric of several runs: a line for each run, named after it.
    static Curves side(Chart chart, Chart.Line line, List<String> runs, List<List<StepRow>> rows) {
        int bucket = rows.stream().mapToInt(run -> bucket(run)).max().orElse(1);
        List<TreeMap<Integer, Point>> found =
                rows.stream().map(run -> points(line, run, bucket)).toList();
        List<Integer> steps = steps(found);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Chart.Line named = new Chart.Line(line.metric(), line.purpose(), runs.get(i), line.low(), line.high());
            lines.add(line(named, found.get(i), steps, bucket));
        }
        String key = line.purpose() + "-" + line.metric().replaceAll("[^a-z0-9_]", "-");
        return new Curves(key, chart.title() + ": " + line.label(), chart.unit(), bucket, steps, lines);
    }

    /// How many phases a point has to stand for.
    private static int bucket(List<StepRow> rows) {
        long training = rows.stream().filter(StepRow::training).count();
        return (int) Math.max(1, Math.ceilDiv(Math.max(training, rows.size() - training), MAX_POINTS));
    }

    private static List<Integer> steps(List<TreeMap<Integer, Point>> lines) {
        TreeSet<Integer> steps = new TreeSet<>();
        lines.forEach(points -> steps.addAll(points.keySet()));
        return List.copyOf(steps);
    }

    private static Line line(Chart.Line line, TreeMap<Integer, Point> points, List<Integer> steps, int bucket) {
        boolean interval = bucket > 1 || line.low() != null;
        return new Line(
                line.metric(),
                line.purpose(),
                line.label(),
                values(points, steps, Point::value),
                interval ? values(points, steps, Point::low) : null,
                interval ? values(points, steps, Point::high) : null,
                bucket > 1 ? null : line.low(),
                bucket > 1 ? null : line.high());
    }

    private static List<@Nullable Double> values(
            TreeMap<Integer, Point> points, List<Integer> steps, ToDoubleFunction<Point> part) {
        List<@Nullable Double> values = new ArrayList<>(steps.size());
        for (Integer step : steps) {
            Point point = points.get(step);
            values.add(point == null ? null : (Double) part.applyAsDouble(point));
        }
        return Collections.unmodifiableList(values);
    }

    private static TreeMap<Integer, Point> points(Chart.Line line, List<StepRow> rows, int bucket) {
        List<StepRow> mine = rows.stream()
                .filter(row -> row.purpose().equals(line.purpose()))
                .filter(row -> row.metrics().containsKey(line.metric()))
                .toList();
        TreeMap<Integer, Point> points = new TreeMap<>();
        for (int from = 0; from < mine.size(); from += bucket) {
            List<StepRow> phases = mine.subList(from, Math.min(mine.size(), from + bucket));
            points.put(phases.getLast().step(), bucket == 1 ? point(line, phases.getFirst()) : point(line, phases));
        }
        return points;
    }

    private static Point point(Chart.Line line, StepRow row) {
        double value = row.metrics().getOrDefault(line.metric(), Double.NaN);
        return new Point(value, end(line.low(), row, value), end(line.high(), row, value));
    }

    private static double end(@Nullable String metric, StepRow row, double otherwise) {
        return metric == null ? otherwise : row.metrics().getOrDefault(metric, otherwise);
    }

    private static Point point(Chart.Line line, List<StepRow> phases) {
        double[] values = phases.stream()
                .mapToDouble(row -> row.metrics().getOrDefault(line.metric(), Double.NaN))
                .toArray();
        return new Point(
                Arrays.stream(values).average().orElse(Double.NaN),
                Arrays.stream(values).min().orElse(Double.NaN),
                Arrays.stream(values).max().orElse(Double.NaN));
    }
}
