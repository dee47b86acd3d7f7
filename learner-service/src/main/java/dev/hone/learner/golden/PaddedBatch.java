package dev.hone.learner.golden;

import dev.hone.policy.ScoredSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// A batch [B, S] with padding, as rows without.
///
/// @param width columns S
/// @param rows one for each of the B sequences
record PaddedBatch(int width, List<Row> rows) {

    /// A sequence.
    ///
    /// @param index of the row in the batch
    /// @param columns where its tokens stand in the batch
    /// @param tokens ids
    /// @param positions as the model is told
    record Row(int index, int[] columns, int[] tokens, int[] positions) {}

    /// Reads `NAME.input_ids`, `NAME.attention_mask` and `NAME.position_ids`.
    static PaddedBatch read(GoldenFiles files, String name) throws IOException {
        long[] shape = files.shape(name + ".input_ids");
        if (shape.length != 2 || shape[1] < 2) {
            throw new IllegalArgumentException(
                    "%s.input_ids has shape %s; it should have [B, S]".formatted(name, Arrays.toString(shape)));
        }
        int width = (int) shape[1];
        long[] ids = files.longs(name + ".input_ids", shape);
        long[] mask = files.longs(name + ".attention_mask", shape);
        long[] positions = files.longs(name + ".position_ids", shape);
        List<Row> rows = new ArrayList<>();
        for (int b = 0; b < ids.length / width; b++) {
            int from = b * width;
            int[] columns = IntStream.range(0, width)
                    .filter(column -> mask[from + column] == 1)
                    .toArray();
            rows.add(new Row(
                    b,
                    columns,
                    IntStream.of(columns).map(c -> (int) ids[from + c]).toArray(),
                    IntStream.of(columns).map(c -> (int) positions[from + c]).toArray()));
        }
        return new PaddedBatch(width, rows);
    }

    /// Where in [B, S-1] a log-probability is defined: 1 where a token and the one before it stand side by side.
    long[] defined() {
        long[] defined = new long[rows.size() * (width - 1)];
        for (Row row : rows) {
            for (int token = 1; token < row.columns().length; token++) {
                if (row.columns()[token] == row.columns()[token - 1] + 1) {
                    defined[target(row, token)] = 1;
                }
            }
        }
        return defined;
    }

    /// Index in [B, S-1] of the log-probability of a row's token.
    int target(Row row, int token) {
        return row.index() * (width - 1) + row.columns()[token] - 1;
    }

    /// The row's tokens for which an index in [B, S-1] is wanted, to be scored at temperature 1.
    ScoredSequence scored(Row row, IntPredicate wanted) {
        int[] targets = IntStream.range(1, row.tokens().length)
                .filter(token -> wanted.test(target(row, token)))
                .toArray();
        float[] ones = new float[targets.length];
        Arrays.fill(ones, 1);
        return new ScoredSequence(row.tokens(), row.positions(), targets, ones);
    }
}
