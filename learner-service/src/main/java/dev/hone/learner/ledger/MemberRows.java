package dev.hone.learner.ledger;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The ledger's table of members.
interface MemberRows extends Repository<MemberRow, SampleId> {

    List<MemberRow> saveAllAndFlush(Iterable<MemberRow> rows);

    @Query("""
            select m from MemberRow m where m.id.run = :run and m.id.purpose = :purpose and m.id.step = :step
            order by m.position
            """)
    List<MemberRow> members(String run, String purpose, int step);
}
