package dev.hone.learner.golden;

import dev.hone.policy.Policy;
import dev.hone.policy.ScoredSequence;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Logits and log-probabilities of padded batches.
final class ForwardCheck {
    private static final String IDS = ".input_ids";

    private final Policy policy;
    private final GoldenFiles files;
    private final Cases cases;

    ForwardCheck(Policy policy, GoldenFiles files, Cases cases) {
        this.policy = policy;
        this.files = files;
        this.cases = cases;
    }

    /// Compares the batches that have to be there and every other one.
    void run() throws IOException {
        List<String> batches = Stream.concat(
                        Stream.of("right", "left", "gap"),
                        files.names().stream()
                                .filter(name -> name.endsWith(IDS))
                                .map(name -> name.substring(0, name.length() - IDS.length())))
                .distinct()
                .toList();
        for (String batch : batches) {
            boolean whole = true;
            for (String part : List.of(IDS, ".attention_mask", ".position_ids", ".logp_mask", ".logits", ".logp")) {
                if (!files.has(batch + part)) {
                    cases.broken(batch + part, "is not in cases.safetensors");
                    whole = false;
                }
            }
            if (whole) {
                cases.attempt(batch, () -> {
                    PaddedBatch rows = PaddedBatch.read(files, batch);
                    logits(batch, rows);
                    logProbs(batch, rows);
                });
            }
        }
    }

    private void logits(String batch, PaddedBatch padded) throws IOException {
        int vocabulary = policy.config().vocabularySize();
        float[] expected = files.floats(batch + ".logits", padded.rows().size(), padded.width(), vocabulary);
        Largest largest = new Largest();
        for (PaddedBatch.Row row : padded.rows()) {
            float[] actual = policy.logits(row.tokens(), row.positions());
            for (int t = 0; t < row.tokens().length; t++) {
                int column = row.columns()[t];
                int from = (row.index() * padded.width() + column) * vocabulary;
                for (int v = 0; v < vocabulary; v++) {
                    largest.compare(
                            actual[t * vocabulary + v],
                            expected[from + v],
                            "row %d, column %d, token %d".formatted(row.index(), column, v));
                }
            }
        }
        largest.into(cases, batch + ".logits", Tolerances.LOGIT);
    }

    private void logProbs(String batch, PaddedBatch padded) throws IOException {
        float[] expected = files.floats(batch + ".logp", padded.rows().size(), padded.width() - 1);
        long[] given = files.longs(batch + ".logp_mask", padded.rows().size(), padded.width() - 1);
        long[] defined = padded.defined();
        long different = IntStream.range(0, given.length)
                .filter(n -> given[n] != defined[n])
                .count();
        cases.add(batch + ".logp_mask", different, 0, different == 0 ? "" : "so many are not as attention_mask says");
        List<ScoredSequence> sequences = padded.rows().stream()
                .map(row -> padded.scored(row, index -> defined[index] == 1))
                .toList();
        float[] actual = policy.score(sequences).logProbs();
        Largest largest = new Largest();
        int next = 0;
        for (int b = 0; b < sequences.size(); b++) {
            for (int target : sequences.get(b).targets()) {
                int index = padded.target(padded.rows().get(b), target);
                largest.compare(actual[next++], expected[index], "row %d, token %d".formatted(b, target));
            }
        }
        largest.into(cases, batch + ".logp", Tolerances.LOG_PROB);
    }
}
