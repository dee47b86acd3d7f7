package dev.hone.task.task;

import jakarta.persistence.LockModeType;
import jakarta.persistence.QueryHint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.jpa.HibernateHints;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;
import org.springframework.data.repository.Repository;

/// Every run that this service has heard of.
interface Runs extends Repository<Run, String> {

    Optional<Run> findByName(String name);

    /// Runs whose dataset was read, the one that changed last first.
    List<Run> findByDatasetFingerprintIsNotNullOrderByUpdatedAtDesc(Limit limit);

    /// The run, its row locked until the transaction ends.
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @QueryHints(@QueryHint(name = HibernateHints.HINT_FLUSH_MODE, value = "COMMIT"))
    @Query("select r from Run r where r.name = :name")
    Optional<Run> lock(String name);

    /// Makes the row if there is none.
    @Modifying
    @Query(value = """
                    insert into run (name, version, state, training_tasks, validation_tasks, issued_phases, updated_at)
                    values (:name, 0, 'SUBMITTED', 0, 0, 0, :now) on conflict do nothing
                    """, nativeQuery = true)
    void announce(String name, Instant now);
}
