package dev.hone.judge.grading;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Verdicts by episode.
interface JudgedEpisodes extends Repository<JudgedEpisode, String> {

    boolean existsById(String episodeId);

    /// Those that are here.
    @Query("select e.episodeId from JudgedEpisode e where e.episodeId in :episodeIds")
    Set<String> idsIn(Collection<String> episodeIds);

    JudgedEpisode save(JudgedEpisode episode);

    /// The newest attempt of a sample (`run/purpose/step/group/sample`).
    Optional<JudgedEpisode> findFirstBySampleIdOrderByAttemptDesc(String sampleId);
}
