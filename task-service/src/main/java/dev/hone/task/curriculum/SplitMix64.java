package dev.hone.task.curriculum;

/// The generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014),
/// written out so that a plan is the same whichever JDK made it.
final class SplitMix64 {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix64(long seed) {
        this.state = seed;
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// A number in `[0, bound)`; for bounds below 2^31 it is uneven by less than 2^-33.
    int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /// One number from several: each changes every bit, and their order counts.
    static long mix(long first, long... rest) {
        long mixed = mix(first + GOLDEN_GAMMA);
        for (long value : rest) {
            mixed = mix((mixed ^ value) + GOLDEN_GAMMA);
        }
        return mixed;
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
