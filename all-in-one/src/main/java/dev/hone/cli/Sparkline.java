package dev.hone.cli;

import java.nio.charset.Charset;
import java.util.List;

/// A curve in one line of text: the lowest value is its lowest step, the highest its highest.
///
/// @param levels characters from low to high
record Sparkline(String levels) {

    private static final Sparkline BLOCKS = new Sparkline("▁▂▃▄▅▆▇█");
    private static final Sparkline PLAIN = new Sparkline("_.:-=+*#");

    /// One that can be written in a character set.
    static Sparkline in(Charset charset) {
        return charset.newEncoder().canEncode(BLOCKS.levels()) ? BLOCKS : PLAIN;
    }

    /// @param values finite ones; more than fit are averaged, side by side
    /// @param width characters at most, at least 1
    String of(List<Double> values, int width) {
        int columns = Math.min(width, values.size());
        double[] means = new double[columns];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int column = 0; column < columns; column++) {
            int from = column * values.size() / columns;
            int to = (column + 1) * values.size() / columns;
            means[column] = values.subList(from, to).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
            low = Math.min(low, means[column]);
            high = Math.max(high, means[column]);
        }
        StringBuilder line = new StringBuilder();
        for (double mean : means) {
            double share = high > low ? (mean - low) / (high - low) : 0.5;
            line.append(levels.charAt((int) Math.min(levels.length() - 1L, (long) (share * levels.length()))));
        }
        return line.toString();
    }
}
