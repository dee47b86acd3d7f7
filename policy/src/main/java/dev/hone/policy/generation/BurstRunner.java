package dev.hone.policy.generation;

import dev.hone.policy.WeightSet;

/** Computes bursts over a cache, on the generator's thread. */
interface BurstRunner extends AutoCloseable {

    /** The cache has room for the burst's positions and one more. */
    Burst.Drawn run(Burst burst, WeightSet weights, KeyValueCache cache);

    /** Takes {@code next} into use in place of {@code present}; of the two only the answer is open afterwards. */
    WeightSet replace(WeightSet present, WeightSet next);

    @Override
    void close();
}
