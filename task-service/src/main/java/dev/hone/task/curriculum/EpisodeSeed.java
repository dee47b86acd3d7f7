package dev.hone.task.curriculum;

import dev.hone.contracts.EpisodeKey;

/// The seed of an episode's sampling noise: a function of the run's seed and of which sample it is, not of the attempt,
/// so that an episode that is tried again meets the same noise.
public final class EpisodeSeed {

    private EpisodeSeed() {}

    public static long of(long runSeed, EpisodeKey episode) {
        return SplitMix64.mix(runSeed, episode.purpose().ordinal(), episode.step(), episode.group(), episode.sample());
    }
}
