package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/// The ledger: every attempt of every run.
interface Episodes extends Repository<Episode, String> {

    Optional<Episode> findById(String id);

    /// Every attempt at the samples of groups.
    List<Episode> findByGroupIdIn(Collection<String> groupIds);

    List<Episode> findByRunAndStateIn(String run, Collection<EpisodeState> states);

    /// All of a phase, whatever became of them.
    List<Episode> findByRunAndPurposeAndStep(String run, Purpose purpose, int step);

    @Query("select e.id from Episode e where e.state = :state and e.deadline < :now order by e.deadline")
    List<String> overdue(EpisodeState state, Instant now, Limit limit);

    @Modifying
    @Query("update Episode e set e.deadline = :until where e.state = :state and e.deadline < :until")
    void renew(EpisodeState state, Instant until);

    /// Moves every deadline of attempts in that state, on or back.
    ///
    /// @return how many
    @Modifying
    @Transactional
    @Query(
            value = "update episode set deadline = deadline + :seconds * interval '1 second' where state = :state",
            nativeQuery = true)
    int move(String state, long seconds);

    Episode save(Episode episode);

    long countByState(EpisodeState state);

    /// How many attempts of a run are in which state, for which reason.
    @Query("""
        select new dev.hone.task.task.LedgerLine(e.purpose, e.state, e.reasonCode, count(e))
        from Episode e where e.run = :run group by e.purpose, e.state, e.reasonCode
        """)
    List<LedgerLine> lines(String run);

    long countByRunAndPurposeAndAttempt(String run, Purpose purpose, int attempt);
}
