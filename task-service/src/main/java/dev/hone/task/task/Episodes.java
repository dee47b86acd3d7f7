package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import jakarta.persistence.QueryHint;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.hibernate.jpa.HibernateHints;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.Repository;

/// The ledger: every attempt of every run.
interface Episodes extends Repository<Episode, String> {

    Optional<Episode> findById(String id);

    /// A group's attempts, as they stand in this transaction; one that it has only just issued may be missing. Not
    /// flushed
    /// before: a batch of events would write everything anew for each of them.
    @QueryHints(@QueryHint(name = HibernateHints.HINT_FLUSH_MODE, value = "COMMIT"))
    List<Episode> findByGroupId(String groupId);

    List<Episode> findByRunAndStateIn(String run, Collection<EpisodeState> states);

    @Query(
            "select e from Episode e where e.run = :run and e.purpose = :purpose and e.step = :step and e.state = :state")
    List<Episode> inPhase(String run, Purpose purpose, int step, EpisodeState state);

    @Query("select e.id from Episode e where e.state = :state and e.deadline < :now order by e.deadline")
    List<String> overdue(EpisodeState state, Instant now, Limit limit);

    @Modifying
    @Query("update Episode e set e.deadline = :until where e.state = :state and e.deadline < :until")
    void renew(EpisodeState state, Instant until);

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
