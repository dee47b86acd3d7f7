package dev.hone.learner.episode;

import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// The table of closed groups, for reading.
interface ClosedGroupRows extends Repository<ClosedGroupRow, ClosedGroupRow.Id> {

    @Query("""
            select g from ClosedGroupRow g where g.id.run = :run and g.id.purpose = :purpose and g.id.step = :step
            order by g.id.groupIndex
            """)
    List<ClosedGroupRow> phase(String run, String purpose, int step);

    /// Phases of which every group is closed and that the ledger does not have. Groups are numbered without gaps, and
    /// the highest number is never replaced: with all that count, those in whose place they came are known too, or
    /// a number is missing.
    @Query("""
            select new dev.hone.learner.episode.DuePhase(
                g.id.purpose, g.id.step, max(g.phaseGroups), max(case when g.last then 1 else 0 end))
            from ClosedGroupRow g where g.id.run = :run and not exists (select 1 from PhaseRow p
                where p.id.run = g.id.run and p.id.purpose = g.id.purpose and p.id.step = g.id.step)
            group by g.id.purpose, g.id.step
            having sum(case when g.replaced then 0 else 1 end) = max(g.phaseGroups)
                and count(*) = max(g.id.groupIndex) + 1
            """)
    List<DuePhase> due(String run);
}
