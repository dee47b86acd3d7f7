package dev.hone.policy.generation;

/**
 * How a generator batches.
 *
 * @param maxConcurrent requests that generate at one time; more wait
 * @param retained finished requests whose keys and values are kept, for a later turn that goes on from them
 * @param burst tokens that each request gains in one native call; a request that stops inside wastes the rest
 * @param threads cores of the CPU to compute with; 0: all there are. A small model shares its rows among them, a larger one
 *     the work inside an operator
 */
public record GeneratorOptions(int maxConcurrent, int retained, int burst, int threads) {
    private static final int SMALL_HIDDEN_SIZE = 512;

    public GeneratorOptions {
        if (maxConcurrent < 1 || retained < 0 || burst < 1 || threads < 0) {
            throw new IllegalArgumentException(
                    "maxConcurrent %d and burst %d must be at least 1, retained %d and threads %d at least 0."
                            .formatted(maxConcurrent, burst, retained, threads));
        }
    }

    public static GeneratorOptions defaults() {
        return new GeneratorOptions(128, 128, 4, 0);
    }

    private int cores() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** Threads inside one operator. */
    int operatorThreads(int hiddenSize) {
        return hiddenSize < SMALL_HIDDEN_SIZE ? 1 : cores();
    }

    /** Threads that share the rows of a burst. */
    int lanes(int hiddenSize) {
        return hiddenSize < SMALL_HIDDEN_SIZE ? cores() : 1;
    }
}
