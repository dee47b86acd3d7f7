-- task-service
insert into run (name, version, state, training_tasks, validation_tasks, issued_phases, updated_at) values
    ('r', 0, 'RUNNING', 9, 0, 2, now()), ('done', 0, 'COMPLETED', 9, 0, 1, now());
insert into issued_phase (id, version, run, purpose, step, group_count, last, issued_at, completed_at) values
    ('r/train/1', 0, 'r', 'TRAIN', 1, 1, false, now(), now()), ('r/train/2', 0, 'r', 'TRAIN', 2, 1, false, now(), null),
    ('done/eval/0', 0, 'done', 'EVAL', 0, 1, true, now(), now());
insert into task_group (id, version, run, purpose, step, group_number, task, task_index, samples, closed_at) values
    ('r/train/1/0', 0, 'r', 'TRAIN', 1, 0, '{}', 0, 2, now()), ('r/train/2/0', 0, 'r', 'TRAIN', 2, 0, '{}', 1, 2, null),
    ('done/eval/0/0', 0, 'done', 'EVAL', 0, 0, '{}', 0, 1, now());
insert into episode (id, version, group_id, run, purpose, step, group_number, sample, attempt, state, issued_at, deadline, changed_at, reward) values
    ('r/train/1/0/0/0', 0, 'r/train/1/0', 'r', 'TRAIN', 1, 0, 0, 0, 'SUPERSEDED', now(), now(), now(), null),
    ('r/train/1/0/0/1', 0, 'r/train/1/0', 'r', 'TRAIN', 1, 0, 0, 1, 'TRAINED', now(), now(), now(), 1),
    ('r/train/1/0/1/0', 0, 'r/train/1/0', 'r', 'TRAIN', 1, 0, 1, 0, 'GIVEN_UP', now(), now(), now(), null),
    ('r/train/2/0/0/0', 0, 'r/train/2/0', 'r', 'TRAIN', 2, 0, 0, 0, 'JUDGED', now(), now(), now(), 0),
    ('r/train/2/0/1/0', 0, 'r/train/2/0', 'r', 'TRAIN', 2, 0, 1, 0, 'EXPIRED', now(), now() - interval '1 hour', now(), null),
    ('r/train/2/0/1/1', 0, 'r/train/2/0', 'r', 'TRAIN', 2, 0, 1, 1, 'ISSUED', now(), now() + interval '1 minute', now(), null),
    ('done/eval/0/0/0/0', 0, 'done/eval/0/0', 'done', 'EVAL', 0, 0, 0, 0, 'EVALUATED', now(), now(), now(), 1);
insert into outbox (message_id, topic, event_key, payload) values (gen_random_uuid(), 'task.task-issued.v1', 'r', '');

-- rollout-service
insert into episode (episode_id, run, sample_id, step, task_group, sample, attempt, state, run_workers, issued, worker, lease_until, finished_at, outcome, finished) values
    ('r/train/1/0/0/0', 'r', 'r/train/1/0/0', 1, 0, 0, 0, 'QUEUED', 4, '{}', null, null, null, null, null),
    ('r/train/1/0/1/0', 'r', 'r/train/1/0/1', 1, 0, 1, 0, 'RUNNING', 4, '{}', gen_random_uuid(), now() - interval '1 minute', null, null, null),
    ('r/train/1/0/2/0', 'r', 'r/train/1/0/2', 1, 0, 2, 0, 'FINISHED', 4, '{}', null, null, now(), 'finished', '\x00'),
    ('r/train/1/0/3/0', 'r', 'r/train/1/0/3', 1, 0, 3, 0, 'DROPPED', 4, '{}', null, null, null, null, null),
    ('r/train/1/0/4/0', 'r', 'r/train/1/0/4', 1, 0, 4, 0, 'FINISHED', 4, '{}', null, null, now(), 'finished', null);
update episode set trimmed_at = now() where episode_id = 'r/train/1/0/4/0';

-- judge-service
insert into stored_episode (episode_id, run, purpose, step, content) values
    ('r/train/1/0/0/0', 'r', 'train', 1, '\x00'), ('r/train/1/0/1/0', 'r', 'train', 1, '\x00');
insert into judged_episode (episode_id, run, sample_id, attempt, reward, success, cause, event, judged_at) values
    ('r/train/1/0/0/0', 'r', 'r/train/1/0/0', 0, 1, true, 'correct', '{}', now()),
    ('r/train/1/0/2/0', 'r', 'r/train/1/0/2', 0, null, null, 'workflow-error', '{}', now());
insert into waiting_episode (episode_id, tries, not_before, since) values ('r/train/1/0/1/0', 3, now(), now());

-- learner-service
insert into policy_version (run, version, checksum, updated_at) values
    ('r', 0, 'c0', now()), ('r', 1, 'c1', now()), ('r', 2, 'c2', now()), ('r', 2, 'another incarnation', now());
insert into closed_group (run, purpose, step, group_index, phase_groups, last, members, given_up) values
    ('r', 'train', 1, 0, 1, false, '[{"sample":0,"attempt":1,"reward":0.9,"success":true},{"sample":1,"attempt":0,"reward":0.1,"success":false}]', 0);
insert into verdict (run, purpose, step, group_index, sample, attempt, reward, success, habits) values
    ('r', 'train', 1, 0, 0, 0, 0.2, false, '{}'), ('r', 'train', 1, 0, 0, 1, 0.9, true, '{}'), ('r', 'train', 1, 0, 1, 0, 0.1, false, '{}');
insert into ledger (run, purpose, step, last, version_before, version_after, checksum_after, optimizer_steps, metrics, completed_at) values
    ('r', 'eval', 0, false, 0, 0, 'c0', 0, '{}', now()), ('r', 'train', 1, false, 0, 1, 'c1', 1, '{}', now()),
    ('r', 'train', 2, true, 1, 2, 'c2', 2, '{}', now());
insert into ledger_member (run, purpose, step, group_index, sample, attempt, position, advantage) values
    ('r', 'train', 1, 0, 0, 1, 0, 1), ('r', 'train', 1, 0, 1, 0, 1, -1);

-- gateway
insert into run (name, project, config, warnings, state, task_prepared, learner_prepared, last_phase_done, exported, step, submitted_at, ended_at) values
    ('r', 'hone', '{}', '[]', 'RUNNING', true, true, false, false, 1, now(), null), ('done', 'hone', '{}', '[]', 'FAILED', true, true, false, false, 1, now(), now());
insert into closed_group (run, purpose, step, grp, judged, given_up, replaced) values
    ('r', 'train', 1, 0, 8, 0, false), ('r', 'train', 1, 1, 8, 0, true), ('r', 'train', 1, 2, 7, 1, false);
insert into step (run, purpose, step, policy_version, metrics, trained, evaluated, skipped, completed_at) values
    ('r', 'train', 1, 1, '{}', 12, 0, 11, now() - interval '1 hour'), ('r', 'train', 2, 2, '{}', 16, 0, 0, now());
