package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A forward pass over one micro-batch that waits for its backward pass. Its arrays belong to the manager that
 * {@link Replica#trace} was given; they hold the device's memory until that is closed.
 */
public final class Trace {
    private final ScoreInputs inputs;
    private final List<OpaqueArray> kept;
    private final boolean sparing;
    private boolean used;

    Trace(ScoreInputs inputs, List<OpaqueArray> kept, boolean sparing) {
        this.inputs = inputs;
        this.kept = List.copyOf(kept);
        this.sparing = sparing;
    }

    /** Log-probabilities [M] of the targets, float32, in the order of the sequences. */
    public NDArray logProbs() {
        return kept.getLast().array();
    }

    /** Tokens that went through the model (shared prefixes count once). */
    public int computedTokens() {
        return inputs.tokens();
    }

    ScoreInputs inputs() {
        return inputs;
    }

    /** What the program's {@code trace} returned. */
    List<OpaqueArray> kept() {
        return kept;
    }

    boolean sparing() {
        return sparing;
    }

    void use() {
        if (used) {
            throw new IllegalStateException("This pass was run backwards already; its gradients would count twice.");
        }
        used = true;
    }
}
