package dev.hone.rollout.recorder;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.TaskIssued;
import java.time.Duration;

/// How an episode samples.
///
/// @param episode that samples
/// @param seed of the episode's noise
/// @param temperature 0 is greedy
/// @param minVersion the oldest version of the weights that may answer
/// @param maxTurnTokens tokens of one answer at most
/// @param maxModelTokens tokens of a timeline at most
/// @param generateTimeout of one answer
/// @param toolTimeout of one execution
/// @param toolCpu processor time of one execution; zero: the sandbox's own limit
record SamplingSettings(
        EpisodeKey episode,
        long seed,
        double temperature,
        int minVersion,
        int maxTurnTokens,
        int maxModelTokens,
        Duration generateTimeout,
        Duration toolTimeout,
        Duration toolCpu) {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    static SamplingSettings of(TaskIssued issued) {
        RolloutConfig rollout = issued.rollout();
        return new SamplingSettings(
                issued.episode(),
                issued.seed(),
                issued.temperature(),
                issued.policyVersion(),
                rollout.maxResponseLengthInOneTurn(),
                rollout.maxModelLen(),
                seconds(rollout.generateTimeout()),
                seconds(rollout.toolTimeout()),
                seconds(rollout.toolCpuSeconds()));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /// The noise of one timeline: SplitMix64 of the episode's seed and what tells the timeline from others.
    long noiseKey(long timeline) {
        return finish(seed + GOLDEN * (timeline + 1L));
    }

    /// Another key, a function of both.
    static long mix(long key, long more) {
        return finish(finish(key) + GOLDEN * (more + 1L));
    }

    /// FNV-1a of ids, in 64 bits, finished as SplitMix64 does.
    static long hash(int[] ids) {
        long hash = 0xcbf29ce484222325L;
        for (int id : ids) {
            hash = (hash ^ id) * 0x100000001b3L;
        }
        return finish(hash);
    }

    private static long finish(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
