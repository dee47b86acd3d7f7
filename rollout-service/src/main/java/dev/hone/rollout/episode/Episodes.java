package dev.hone.rollout.episode;

import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Attempts by their sample.
interface Episodes extends Repository<Episode, String> {

    /// The newest attempt of a sample (`run/purpose/step/group/sample`).
    Optional<Episode> findFirstBySampleIdOrderByAttemptDesc(String sampleId);

    Optional<Episode> findBySampleIdAndAttempt(String sampleId, int attempt);

    long countByState(EpisodeState state);
}
