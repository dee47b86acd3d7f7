package dev.hone.learner.step;

import dev.hone.policy.OutOfMemoryException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much of a batch goes through the model at one time. Where memory runs out, work starts over with less: first
/// with layers computed again in place of kept, if that is left to it, then with half the tokens. What fitted is
/// remembered. Belongs to the thread that trains.
public final class MemoryBudget {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);

    private int tokens;
    private boolean checkpointing;
    private final boolean mayCheckpoint;
    private int largest;
    private boolean divisible;
    private long shrunk;

    /// @param tokens of a micro-batch, at most
    /// @param checkpointing whether layers are computed again from the beginning
    /// @param mayCheckpoint whether they may be, once memory runs out
    public MemoryBudget(int tokens, boolean checkpointing, boolean mayCheckpoint) {
        this.tokens = tokens;
        this.checkpointing = checkpointing;
        this.mayCheckpoint = mayCheckpoint;
    }

    /// A budget as `gradient_checkpointing` says it: `always`, `never`, or `auto`, where layers are computed again if
    /// what
    /// they keep would take more than half of the memory, or once memory runs out.
    ///
    /// @param bytesPerToken that a forward pass keeps of each token
    /// @param memory bytes in all; unknown: [Long#MAX_VALUE]
    public static MemoryBudget of(String checkpointing, int tokens, long bytesPerToken, long memory) {
        return switch (checkpointing) {
            case "always" -> new MemoryBudget(tokens, true, false);
            case "never" -> new MemoryBudget(tokens, false, false);
            default -> new MemoryBudget(tokens, bytesPerToken > memory / 2 / tokens, true);
        };
    }

    /// Tokens of a micro-batch, at most; what alone has more makes one of its own.
    public int tokens() {
        return tokens;
    }

    /// Whether layers are computed again in the backward pass.
    public boolean checkpointing() {
        return checkpointing;
    }

    /// How often memory ran out and work started over.
    public long shrunk() {
        return shrunk;
    }

    /// Micro-batches within the budget.
    ///
    /// @param wholeEpisodes whether an episode's sequences stay together
    List<List<TrainingSequence>> cut(List<TrainingSequence> batch, boolean wholeEpisodes) {
        List<List<TrainingSequence>> runs = MicroBatches.byTokens(batch, tokens, wholeEpisodes);
        for (List<TrainingSequence> run : runs) {
            largest = Math.max(
                    largest, run.stream().mapToInt(TrainingSequence::length).sum());
            divisible |= MicroBatches.byTokens(run, 1, wholeEpisodes).size() > 1;
        }
        return runs;
    }

    /// The result of work that cuts by this budget and can start over from its beginning.
    ///
    /// @throws OutOfMemoryException if not even one sequence at a time fits
    <T> T fitting(Supplier<T> work) {
        while (true) {
            largest = 0;
            divisible = false;
            try {
                return work.get();
            } catch (OutOfMemoryException e) {
                shrink(e);
            }
        }
    }

    private void shrink(OutOfMemoryException e) {
        int before = tokens;
        if (mayCheckpoint && !checkpointing) {
            checkpointing = true;
        } else if (divisible) {
            tokens = Math.max(1, Math.min(tokens, largest) / 2);
        } else {
            throw e;
        }
        shrunk++;
        LOG.warn(
                "Memory ran out in a micro-batch of up to {} of {} tokens; starting over with {} tokens, layers {}.",
                largest,
                before,
                tokens,
                checkpointing ? "computed again" : "kept");
    }
}
