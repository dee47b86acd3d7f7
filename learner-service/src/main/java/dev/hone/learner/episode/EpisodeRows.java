package dev.hone.learner.episode;

import java.util.List;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The tables of attempts and of their verdicts, for reading.
interface EpisodeRows extends Repository<EpisodeRow, EpisodeId> {

    @Query("""
            select new dev.hone.learner.episode.JudgedRow(
                e.id, e.trajectory, e.usage, e.malformedCalls, v.reward, v.success, v.habits)
            from EpisodeRow e join VerdictRow v on v.id = e.id
            where e.id.run = :run and e.id.purpose = :purpose and e.id.step = :step and e.trajectory is not null
            """)
    List<JudgedRow> judged(String run, String purpose, int step);

    @Modifying
    @Query("""
            update EpisodeRow e set e.trajectory = null where e.id.run = :run and e.id.step <= :step
            and (e.id.purpose = :always or e.id.step < :step) and e.trajectory is not null
            """)
    void dropTrajectories(String run, int step, String always);
}
