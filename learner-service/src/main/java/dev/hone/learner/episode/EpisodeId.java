package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import jakarta.persistence.Embeddable;

/// An [EpisodeKey] as tables spell it.
@Embeddable
record EpisodeId(String run, String purpose, int step, int groupIndex, int sample, int attempt) {

    static EpisodeId of(EpisodeKey key) {
        return new EpisodeId(
                key.run().value(), key.purpose().label(), key.step(), key.group(), key.sample(), key.attempt());
    }
}
