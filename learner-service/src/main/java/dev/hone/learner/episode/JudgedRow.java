package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/// An attempt with its trajectory and its verdict, as two tables hold it.
record JudgedRow(
        EpisodeId id,
        byte[] trajectory,
        String usage,
        int malformedCalls,
        double reward,
        boolean success,
        String habits) {

    JudgedEpisode episode(EpisodeKey key) {
        return new JudgedEpisode(
                key,
                trajectory.length == 0 ? new Trajectory(List.of()) : Trajectory.decode(trajectory),
                EventCodec.json().readValue(usage, EpisodeFinished.Usage.class),
                malformedCalls,
                reward,
                success,
                EventCodec.json().readValue(habits, new TypeReference<Map<String, Boolean>>() {}));
    }
}
