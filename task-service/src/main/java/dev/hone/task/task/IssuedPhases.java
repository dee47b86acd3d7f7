package dev.hone.task.task;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Phases that are issued.
interface IssuedPhases extends Repository<IssuedPhase, String> {

    Optional<IssuedPhase> findById(String id);

    List<IssuedPhase> findByRun(String run);

    List<IssuedPhase> findByRunAndCompletedAtIsNull(String run);

    IssuedPhase save(IssuedPhase phase);
}
