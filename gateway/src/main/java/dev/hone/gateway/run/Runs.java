package dev.hone.gateway.run;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Every run.
interface Runs extends Repository<Run, String> {

    Run saveAndFlush(Run run);

    Optional<Run> findById(String name);

    Optional<Run> findByIdempotencyKey(String key);

    List<Run> findAllByOrderBySubmittedAtDesc();

    boolean existsById(String name);

    /// The run, locked until the transaction ends: who changes it or appends to its log takes it this way.
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select r from Run r where r.name = :name")
    Optional<Run> lock(String name);
}
