package dev.hone.learner.run;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The runs' table.
interface RunRows extends Repository<RunRow, String> {

    Optional<RunRow> findByRunAndConfigIsNotNull(String run);

    Optional<RunRow> findFirstByConfigIsNotNullAndStateNotInOrderByPosition(Collection<RunState> states);

    /// Makes the row if there is none.
    @Modifying
    @Query(
            value = "insert into run (run, state, config) values (:run, 'SUBMITTED', :config) on conflict do nothing",
            nativeQuery = true)
    void submit(String run, String config);

    /// Makes a cancelled row, or cancels the one that is there unless it is in one of these states.
    @Modifying
    @Query(value = """
                    insert into run (run, state) values (:run, 'CANCELLED') on conflict (run) do update
                    set state = 'CANCELLED', updated_at = now() where run.state not in (:terminal)
                    """, nativeQuery = true)
    void cancel(String run, Collection<String> terminal);

    /// Moves the run on if it is in one of these states.
    @Modifying
    @Query("""
            update RunRow r set r.state = :to, r.failureCode = :code, r.failureMessage = :message, r.updatedAt = :now
            where r.run = :run and r.state in :from
            """)
    int move(
            String run,
            Collection<RunState> from,
            RunState to,
            @Nullable String code,
            @Nullable String message,
            Instant now);
}
