package dev.hone.contracts;

/// Why an episode is rolled out. Evaluation episodes are never trained on.
public enum Purpose {
    TRAIN,
    EVAL;

    /// The name in keys and addresses: `train` or `eval`.
    public String label() {
        return this == TRAIN ? "train" : "eval";
    }
}
