package dev.hone.learner.ledger;

import java.time.Instant;
import java.util.List;
import org.springframework.data.domain.Limit;
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

    /// After a version, in order; of an incarnation after another, the later one comes later.
    @Query("""
            select v from VersionRow v where v.id.run = :run and v.id.version > :after
            order by v.id.version, v.updatedAt
            """)
    List<VersionRow> after(String run, int after, Limit limit);
}
