package dev.hone.contracts.run;

/// A configuration that cannot be used: which key, and what to do.
public final class InvalidConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;

    public InvalidConfigException(String key, String message) {
        super(key + " " + message);
        this.key = key;
    }

    /// The key with its path, for example `hone.rollout.num_repeat`.
    public String key() {
        return key;
    }
}
