-- What holds in the services' databases at every moment, whatever was killed. Each statement looks for what contradicts it and
-- gives one row of text for each. A service checks its own section, and the first one, while it runs (Invariants): violations
-- are in its health and in hone_invariant_violations. docs/runbook.md#honeinvariantviolated says what to do about one.

-- service every

-- invariant outbox-flows: What a service has to tell is told soon.
select format('event %s for %s waits since %s', event_key, topic, created_at)
from outbox where created_at < now() - interval '10 minutes';

-- service task-service

-- invariant one-verdict-a-sample: Of the attempts at a sample at most one counts, and none where the sample is given up.
select format('sample %s/%s/%s/%s/%s ends %s times', run, purpose, step, group_number, sample, count(*))
from episode where state in ('JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED', 'GIVEN_UP')
group by run, purpose, step, group_number, sample having count(*) > 1;

-- invariant reward-of-what-counts: Exactly the attempts that count have a reward.
select format('attempt %s is %s, its reward %s', id, state, coalesce(reward::text, 'none'))
from episode where (reward is not null) <> (state in ('JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED'));

-- invariant no-sample-lost: In a run that goes on, each sample of an open group is out, judged or given up.
select format('nobody works at sample %s/%s', g.id, s.sample)
from task_group g join run r on r.name = g.run cross join generate_series(0, g.samples - 1) as s (sample)
where g.closed_at is null and r.state not in ('COMPLETED', 'FAILED', 'CANCELLED')
    and not exists (select from episode e where e.group_id = g.id and e.sample = s.sample
        and e.state in ('ISSUED', 'JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED', 'GIVEN_UP'));

-- invariant settled-groups-are-closed: A group whose samples have all ended is closed at once.
select format('group %s is open, its %s samples have ended', g.id, g.samples)
from task_group g join run r on r.name = g.run
where g.closed_at is null and r.state not in ('COMPLETED', 'FAILED', 'CANCELLED')
    and g.samples = (select count(distinct sample) from episode e where e.group_id = g.id
        and e.state in ('JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED', 'GIVEN_UP'));

-- invariant closed-groups-are-settled: In a closed group every sample has ended, and no attempt is out.
select format('group %s is closed: %s of %s samples have ended, %s attempts are out', g.id, c.ended, g.samples, c.out)
from task_group g cross join lateral (select
        count(distinct sample) filter (where e.state in ('JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED', 'GIVEN_UP')) as ended,
        count(*) filter (where e.state in ('ISSUED', 'EXPIRED', 'FAILED')) as out
    from episode e where e.group_id = g.id) as c
where g.closed_at is not null and (c.ended <> g.samples or c.out > 0);

-- invariant completed-phases-are-settled: When a step or an evaluation is done, each of its episodes has its end.
select format('episode %s is %s, its phase is done since %s', e.id, e.state, p.completed_at)
from issued_phase p join episode e on e.run = p.run and e.purpose = p.purpose and e.step = p.step
where p.completed_at is not null and e.state in ('ISSUED', 'EXPIRED', 'FAILED', 'JUDGED');

-- invariant ended-runs-are-settled: When a run has ended nothing of it is out, and in a completed one nothing is undecided.
select format('episode %s is %s, its run %s', e.id, e.state, r.state)
from run r join episode e on e.run = r.name
where (r.state in ('COMPLETED', 'FAILED', 'CANCELLED') and e.state in ('ISSUED', 'EXPIRED', 'FAILED'))
    or (r.state = 'COMPLETED' and e.state = 'JUDGED');

-- invariant evaluations-are-not-trained-on: Training episodes are trained on, evaluation episodes are counted.
select format('episode %s is %s', id, state)
from episode where (state = 'TRAINED' and purpose <> 'TRAIN') or (state = 'EVALUATED' and purpose <> 'EVAL');

-- invariant leases-end: No attempt is out for ever: once its lease has run out it is issued again or given up.
select format('attempt %s is out, its lease ended at %s', id, deadline)
from episode where state = 'ISSUED' and deadline < now() - interval '10 minutes';

-- service rollout-service

-- invariant finished-episodes-are-stored: What is finished has its result, unless that was let go, and belongs to no worker any more.
select format('attempt %s is finished at %s by %s, its outcome %s', episode_id, finished_at, worker, outcome)
from episode where state = 'FINISHED'
    and (finished is null and trimmed_at is null or outcome is null or finished_at is null or worker is not null or lease_until is not null);

-- invariant running-episodes-have-a-worker: What runs has a worker that gives signs of life, or is soon another's.
select format('attempt %s runs with worker %s, alive until %s', episode_id, worker, lease_until)
from episode where state = 'RUNNING'
    and (worker is null or lease_until is null or lease_until < now() - interval '1 hour');

-- service judge-service

-- invariant verdicts-are-whole: A verdict has a reward and says right or wrong; without one there is neither.
select format('episode %s has reward %s, success %s', episode_id, reward, success)
from judged_episode where (reward is null) <> (success is null);

-- invariant judged-once: What has its verdict waits for none.
select format('episode %s is judged at %s and waits since %s', episode_id, j.judged_at, w.since)
from waiting_episode w join judged_episode j using (episode_id);

-- service learner-service

-- invariant trained-once: An update is made of a sample at most once.
select format('sample %s/%s/%s/%s/%s is in %s updates', run, purpose, step, group_index, sample, count(*))
from ledger_member group by run, purpose, step, group_index, sample having count(*) > 1;

-- invariant only-training-is-trained-on: No update is made of an evaluation.
select format('sample %s/%s/%s/%s/%s is in an update', run, purpose, step, group_index, sample)
from ledger_member where purpose <> 'train';

-- invariant trained-on-what-counts: An update is made of the attempts that their closed groups name, with their rewards.
select format('episode %s/%s/%s/%s/%s/%s is in an update, but is not what counts', run, purpose, step, group_index, sample, attempt)
from ledger_member m where not exists (
    select from closed_group g
        join verdict v using (run, purpose, step, group_index)
        cross join jsonb_to_recordset(g.members::jsonb) as c (sample int, attempt int, reward double precision)
    where (g.run, g.purpose, g.step, g.group_index) = (m.run, m.purpose, m.step, m.group_index) and not g.replaced
        and (c.sample, c.attempt) = (m.sample, m.attempt)
        and (v.sample, v.attempt, v.reward) = (c.sample, c.attempt, c.reward));

-- invariant versions-follow: Each update begins with the weights that the one before has left.
select format('run %s, step %s begins with version %s; the step before left %s', run, step, version_before, left_before)
from (select run, step, version_before, lag(version_after) over (partition by run order by step) as left_before
    from ledger where purpose = 'train') as steps
where version_before <> left_before;

-- invariant versions-are-known: The weights that an update has left are among the run's versions.
select format('run %s, step %s left version %s, %s, which is not among the versions', run, step, version_after, checksum_after)
from ledger l where not exists (select from policy_version v
    where (v.run, v.version, v.checksum) = (l.run, l.version_after, l.checksum_after));

-- service gateway

-- invariant counts-agree: Soon after a step or an evaluation the learner has used, or left out, what its closed groups hold.
select format('%s/%s/%s: the learner counts %s episodes, its groups %s', s.run, s.purpose, s.step, s.trained + s.evaluated + s.skipped, c.judged)
from step s cross join lateral (select coalesce(sum(judged), 0) as judged, coalesce(sum(judged) filter (where not replaced), 0) as least
    from closed_group g where g.run = s.run and g.purpose = s.purpose and g.step = s.step) as c
where s.completed_at < now() - interval '10 minutes' and s.trained + s.evaluated + s.skipped not between c.least and c.judged;

-- invariant ended-runs-have-an-end: Exactly the runs that have ended have a time of their end.
select format('run %s is %s, ended at %s', name, state, ended_at)
from run where (ended_at is not null) <> (state in ('COMPLETED', 'FAILED', 'GATE_FAILED', 'CANCELLED'));
