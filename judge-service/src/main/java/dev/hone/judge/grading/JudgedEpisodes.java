package dev.hone.judge.grading;

import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Verdicts by episode.
interface JudgedEpisodes extends Repository<JudgedEpisode, String> {

    boolean existsById(String episodeId);

    JudgedEpisode save(JudgedEpisode episode);

    /// The newest attempt of a sample (`run/purpose/step/group/sample`).
    Optional<JudgedEpisode> findFirstBySampleIdOrderByAttemptDesc(String sampleId);
}
