package dev.hone.policy.generation;

/** Uniform numbers as a function of key and position alone (counter-based; SplitMix64's finaliser, Steele et al. 2014). */
final class Noise {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private Noise() {}

    /** In [0, 1), with 53 bits. */
    static double uniform(long key, long position) {
        return (mix(mix(key + GAMMA) + (position + 1) * GAMMA) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
