-- outbox-flows
insert into outbox (message_id, topic, event_key, payload, created_at) values (gen_random_uuid(), 'task.task-issued.v1', 'r', '', now() - interval '11 minutes');

-- one-verdict-a-sample
drop index episode_judged_once;
update episode set state = 'TRAINED', reward = 1 where id = 'r/train/1/0/0/0';

-- reward-of-what-counts
update episode set reward = 1 where id = 'r/train/1/0/0/0';

-- no-sample-lost
delete from episode where id = 'r/train/2/0/1/1';

-- settled-groups-are-closed
update episode set state = 'JUDGED', reward = 0 where id = 'r/train/2/0/1/1';

-- closed-groups-are-settled
update episode set state = 'ISSUED', deadline = now() + interval '1 minute' where id = 'r/train/1/0/0/0';

-- completed-phases-are-settled
update episode set state = 'JUDGED' where id = 'r/train/1/0/0/1';

-- ended-runs-are-settled
update episode set state = 'JUDGED' where id = 'done/eval/0/0/0/0';

-- evaluations-are-not-trained-on
update episode set state = 'TRAINED' where id = 'done/eval/0/0/0/0';

-- leases-end
update episode set deadline = now() - interval '11 minutes' where id = 'r/train/2/0/1/1';

-- finished-episodes-are-stored
update episode set finished = null where state = 'FINISHED';

-- running-episodes-have-a-worker
update episode set lease_until = now() - interval '61 minutes' where state = 'RUNNING';

-- verdicts-are-whole
update judged_episode set reward = 1 where reward is null;

-- judged-once
insert into waiting_episode (episode_id, tries, not_before, since) values ('r/train/1/0/0/0', 0, now(), now());

-- trained-once
alter table ledger_tokens drop constraint ledger_tokens_run_purpose_step_group_index_sample_fkey;
alter table ledger_member drop constraint ledger_member_pkey;
insert into ledger_member select * from ledger_member where sample = 0;

-- only-training-is-trained-on
insert into ledger_member (run, purpose, step, group_index, sample, attempt, position, advantage) values ('r', 'eval', 0, 0, 0, 0, 0, 1);

-- trained-on-what-counts
update ledger_member set attempt = 0 where sample = 0;

-- versions-follow
update ledger set version_before = 0 where step = 2;

-- versions-are-known
delete from policy_version where checksum = 'c2';

-- counts-agree
update step set trained = 16 where step = 1;

-- ended-runs-have-an-end
update run set ended_at = null where name = 'done';
