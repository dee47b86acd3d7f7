package dev.hone.learner.ledger;

import dev.hone.contracts.EpisodeKey;
import jakarta.persistence.Embeddable;

/// A sample, whichever attempt: what the ledger holds at most once.
@Embeddable
record SampleId(String run, String purpose, int step, int groupIndex, int sample) {

    static SampleId of(EpisodeKey key) {
        return new SampleId(key.run().value(), key.purpose().label(), key.step(), key.group(), key.sample());
    }
}
