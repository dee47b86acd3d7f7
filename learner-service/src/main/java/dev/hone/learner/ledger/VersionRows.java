package dev.hone.learner.ledger;

import java.time.Instant;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The table of versions.
interface VersionRows extends Repository<VersionRow, VersionRow.Id> {

    /// @return 0 if these very weights stand there already
    @Modifying
    @Query(value = """
                    insert into policy_version (run, version, checksum, updated_at)
                    values (:run, :version, :checksum, :now) on conflict do nothing
                    """, nativeQuery = true)
    int add(String run, int version, String checksum, Instant now);
}
