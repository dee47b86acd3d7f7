package dev.hone.gateway.episode;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The same problem before and after: its first judged episode in a run, and its last.
@Component
public class CaseStudies {

    private final JdbcClient jdbc;

    CaseStudies(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A problem that was tried under two versions of the weights.
    ///
    /// @param missingPrint whether its first episode shows that habit
    /// @param earlyAnswer likewise
    /// @param cured whether the last one shows neither, and solves the problem
    public record Case(
            String taskId,
            String purpose,
            int sample,
            int firstStep,
            int firstGroup,
            int lastStep,
            int lastGroup,
            boolean missingPrint,
            boolean earlyAnswer,
            boolean cured) {}

    /// What to compare: evaluations where the run has two, since they hold problems that it was not trained on; else
    /// training, where a problem came more than once.
    private Optional<String> purpose(String run) {
        return jdbc.sql("select purpose from episode where run = ? and state = 'judged'"
                        + " group by purpose having count(distinct step) > 1 order by purpose limit 1")
                .param(run)
                .query(String.class)
                .optional();
    }

    /// Problems whose first episode shows a bad habit, those first that the last episode solves without one.
    ///
    /// @param habit `missing_print` or `early_answer`; null: either
    public List<Case> list(String run, @Nullable String habit, int limit) {
        return purpose(run)
                .map(purpose -> cases(run, purpose, habit, null, limit))
                .orElse(List.of());
    }

    /// One problem, whatever its first episode shows.
    public Optional<Case> of(String run, String taskId) {
        return purpose(run)
                .flatMap(
                        purpose -> cases(run, purpose, null, taskId, 1).stream().findFirst());
    }

    private List<Case> cases(String run, String purpose, @Nullable String habit, @Nullable String taskId, int limit) {
        return jdbc.sql("""
                        with tried as (
                            select task_id, sample, min(step) as first, max(step) as last from episode
                            where run = :run and purpose = :purpose and state = 'judged' and task_id is not null
                            group by task_id, sample having min(step) < max(step)),
                        cases as (
                            select distinct on (t.task_id) t.task_id, t.sample, b.step as first_step,
                                b.grp as first_group, a.step as last_step, a.grp as last_group,
                                coalesce(b.missing_print, false) as missing_print,
                                coalesce(b.early_answer, false) as early_answer,
                                coalesce(a.success and not a.missing_print and not a.early_answer, false) as cured
                            from tried t
                            join episode b on b.run = :run and b.purpose = :purpose and b.task_id = t.task_id
                                and b.sample = t.sample and b.step = t.first and b.state = 'judged'
                            join episode a on a.run = :run and a.purpose = :purpose and a.task_id = t.task_id
                                and a.sample = t.sample and a.step = t.last and a.state = 'judged'
                            where (cast(:task as text) is null or t.task_id = :task)
                                and (cast(:task as text) is not null
                                    or coalesce(cast(:habit as text), 'missing_print') = 'missing_print' and b.missing_print
                                    or coalesce(cast(:habit as text), 'early_answer') = 'early_answer' and b.early_answer)
                            order by t.task_id, cured desc, t.sample)
                        select * from cases order by cured desc, first_group, task_id limit :limit""")
                .param("run", run)
                .param("purpose", purpose)
                .param("habit", habit)
                .param("task", taskId)
                .param("limit", limit)
                .query((rs, n) -> new Case(
                        rs.getString("task_id"),
                        purpose,
                        rs.getInt("sample"),
                        rs.getInt("first_step"),
                        rs.getInt("first_group"),
                        rs.getInt("last_step"),
                        rs.getInt("last_group"),
                        rs.getBoolean("missing_print"),
                        rs.getBoolean("early_answer"),
                        rs.getBoolean("cured")))
                .list();
    }
}
