package dev.hone.learner.ledger;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The ledger's table of phases.
interface PhaseRows extends Repository<PhaseRow, PhaseRow.Id> {

    PhaseRow saveAndFlush(PhaseRow row);

    @Query("""
            select p from PhaseRow p where p.id.run = :run and p.id.purpose = :purpose and p.id.step > :step
            order by p.id.step
            """)
    List<PhaseRow> after(String run, String purpose, int step);

    boolean existsByIdRunAndLastIsTrue(String run);
}
