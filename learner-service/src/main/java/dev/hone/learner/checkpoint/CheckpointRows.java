package dev.hone.learner.checkpoint;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The list's table.
interface CheckpointRows extends Repository<CheckpointRow, CheckpointRow.Id> {

    @Modifying
    @Query(value = """
                    insert into checkpoint (run, step, directory, checksum, created_at)
                    values (:run, :step, :directory, :checksum, :now) on conflict (run, step) do update
                    set directory = excluded.directory, checksum = excluded.checksum, created_at = excluded.created_at
                    """, nativeQuery = true)
    void put(String run, int step, String directory, String checksum, Instant now);

    void deleteById(CheckpointRow.Id id);

    @Query("select c.id.step from CheckpointRow c where c.id.run = :run order by c.id.step desc")
    List<Integer> steps(String run);

    @Query("select c.directory from CheckpointRow c where c.id.run = :run and c.id.step = :step")
    Optional<String> directory(String run, int step);
}
