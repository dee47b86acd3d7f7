package dev.hone.gateway.run;

import dev.hone.contracts.run.RunState;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Every run.
interface Runs extends Repository<Run, String> {

    Run saveAndFlush(Run run);

    Optional<Run> findById(String name);

    /// Runs of a project (`*`: of all) in some states that were submitted before a moment, or then and with a lower
    /// name: newest first.
    @Query("""
            select r from Run r where r.state in :states and (:project = '*' or r.project = :project)
            and (r.submittedAt < :before or (r.submittedAt = :before and r.name < :name))
            order by r.submittedAt desc, r.name desc
            """)
    List<Run> page(String project, Collection<RunState> states, Instant before, String name, Limit limit);

    boolean existsById(String name);

    boolean existsByNameAndProject(String name, String project);

    /// Those of the names that are runs of the project.
    @Query("select r.name from Run r where r.name in :names and r.project = :project")
    List<String> names(Collection<String> names, String project);

    /// The run, locked until the transaction ends: who changes it or appends to its log takes it this way.
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select r from Run r where r.name = :name")
    Optional<Run> lock(String name);
}
