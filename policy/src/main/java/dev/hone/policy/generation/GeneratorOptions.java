package dev.hone.policy.generation;

/**
 * How a generator batches.
 *
 * @param maxConcurrent requests that generate at one time; more wait
 * @param retained finished requests whose keys and values are kept, for a later turn that goes on from them
 * @param burst tokens that each request gains in one native call; a request that stops inside wastes the rest
 */
public record GeneratorOptions(int maxConcurrent, int retained, int burst) {

    public GeneratorOptions {
        if (maxConcurrent < 1 || retained < 0 || burst < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrent %d and burst %d must be at least 1, retained %d at least 0."
                            .formatted(maxConcurrent, burst, retained));
        }
    }

    public static GeneratorOptions defaults() {
        return new GeneratorOptions(128, 128, 4);
    }
}
