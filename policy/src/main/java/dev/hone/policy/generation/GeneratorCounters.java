package dev.hone.policy.generation;

import java.util.concurrent.atomic.LongAdder;

/** What a generator has done since it was made; may be read from any thread. */
public final class GeneratorCounters {
    private final LongAdder sampledTokens = new LongAdder();
    private final LongAdder prefilledTokens = new LongAdder();
    private final LongAdder reusedTokens = new LongAdder();
    private final LongAdder busyNanos = new LongAdder();

    GeneratorCounters() {}

    /** Tokens sampled and handed out. */
    public long sampledTokens() {
        return sampledTokens.sum();
    }

    /** Prompt tokens computed. */
    public long prefilledTokens() {
        return prefilledTokens.sum();
    }

    /** Prompt tokens taken from what the cache already held. */
    public long reusedTokens() {
        return reusedTokens.sum();
    }

    /** Time spent computing, in nanoseconds. */
    public long busyNanos() {
        return busyNanos.sum();
    }

    void sampled(int tokens) {
        sampledTokens.add(tokens);
    }

    void prefilled(int tokens) {
        prefilledTokens.add(tokens);
    }

    void reused(int tokens) {
        reusedTokens.add(tokens);
    }

    void busy(long nanos) {
        busyNanos.add(nanos);
    }
}
