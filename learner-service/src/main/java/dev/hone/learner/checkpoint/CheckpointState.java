package dev.hone.learner.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `state.json` of a checkpoint. Sampling noise and shuffling are functions of seed and position, so that the seed and
/// the
/// step are all that is to be kept of random numbers and of the place in the data; the step is the place in the ledger
/// too.
///
/// @param run whose
/// @param step training steps done
/// @param optimizerSteps optimizer steps done
/// @param seed of the run
/// @param weights checksum of the float32 weights
/// @param files SHA-256 of every other file, by name
/// @param seal SHA-256 over all of the above; null in what was never sealed, which counts as damaged
public record CheckpointState(
        String run,
        int step,
        long optimizerSteps,
        long seed,
        String weights,
        Map<String, String> files,
        @Nullable String seal) {
    public CheckpointState {
        files = Map.copyOf(files);
    }

    /// With its seal.
    static CheckpointState of(
            String run, int step, long optimizerSteps, long seed, String weights, Map<String, String> files) {
        CheckpointState open = new CheckpointState(run, step, optimizerSteps, seed, weights, files, null);
        return new CheckpointState(run, step, optimizerSteps, seed, weights, files, open.expectedSeal());
    }

    /// Whether nothing has changed since it was sealed.
    boolean intact() {
        return expectedSeal().equals(seal);
    }

    private String expectedSeal() {
        String content =
                "%s\n%d\n%d\n%d\n%s\n%s".formatted(run, step, optimizerSteps, seed, weights, new TreeMap<>(files));
        return Sha256.hex(content.getBytes(StandardCharsets.UTF_8));
    }
}
