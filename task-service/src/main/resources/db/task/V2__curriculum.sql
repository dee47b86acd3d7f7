-- Which problem a group is about, how it was chosen, and whether another group took its place.
alter table task_group add column task_index integer;  -- in its split, from 0
alter table task_group add column position bigint;     -- in the epochs' orders laid end to end; null in an evaluation, and
                                                       -- where its measured difficulty chose the problem
alter table task_group add column replaced boolean not null default false;

update task_group set task_index = substring(task::json ->> 'taskId' from '[0-9]+$')::integer;
alter table task_group alter column task_index set not null;
-- Until now a step took exactly the next group_count of the order.
update task_group as g set position = (g.step - 1)::bigint * p.group_count + g.group_number
    from issued_phase as p
    where g.purpose = 'TRAIN' and p.run = g.run and p.purpose = g.purpose and p.step = g.step;

create index task_group_position on task_group (run, position);
create index task_group_task on task_group (run, purpose, task_index, step);
