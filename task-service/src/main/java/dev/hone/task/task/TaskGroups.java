package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Groups of every run.
interface TaskGroups extends Repository<TaskGroup, String> {

    List<TaskGroup> findByIdIn(Collection<String> ids);

    TaskGroup save(TaskGroup group);

    int countByRunAndPurposeAndStep(String run, Purpose purpose, int step);

    /// The last position of the epochs' orders that a group has taken.
    @Query("select max(g.position) from TaskGroup g where g.run = :run")
    Optional<Long> lastPosition(String run);

    /// Training tasks that were taken in these steps.
    @Query("select distinct g.taskIndex from TaskGroup g where g.run = :run"
            + " and g.purpose = dev.hone.contracts.Purpose.TRAIN and g.step between :first and :last")
    Set<Integer> taken(String run, int first, int last);

    /// Of each training task the last closed group up to a step that has judged members.
    @Query(value = """
            with measured as (
                select g.task_index, g.step, g.group_number,
                       count(*) filter (where e.success) as passed, count(*) as judged
                from task_group g join episode e on e.group_id = g.id
                where g.run = :run and g.purpose = 'TRAIN' and g.step <= :through and g.closed_at is not null
                    and e.state in ('JUDGED', 'TRAINED', 'SKIPPED')
                group by g.id)
            select distinct on (task_index) task_index as "taskIndex", step, passed, judged
            from measured order by task_index, step desc, group_number desc
            """, nativeQuery = true)
    List<MeasuredTask> measured(String run, int through);

    /// A row of [#measured(String, int)].
    interface MeasuredTask {
        int getTaskIndex();

        int getStep();

        long getPassed();

        long getJudged();
    }
}
