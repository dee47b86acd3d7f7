package dev.hone.rollout.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.Quota;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.Outbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// The episodes to run, shared by all workers of all processes: a row is one worker's while its lease lasts.
/// Within a run they are handed out in the order of step, group and sample, and no more at a time than the
/// run and its project's quota allow; between projects, and between a project's runs, so that all have as many at work.
@Component
class EpisodeQueue {

    /// The workflow of runs whose agents are in other processes.
    private static final String OUTSIDE = "external";

    private static final String ENQUEUE = """
            insert into episode
                (episode_id, run, sample_id, step, task_group, sample, attempt, state, run_workers, outside, project,
                 issued)
            select ?, run, ?, ?, ?, ?, ?,
                case when exists (select from cancelled_run where cancelled_run.run = added.run)
                    then 'DROPPED' else 'QUEUED' end, ?, ?, ?, ?
            from (select ?::text as run) as added
            on conflict do nothing""";

    /// Whoever issues a sample again does not want the attempts that still wait.
    private static final String DROP_EARLIER_ATTEMPTS =
            "update episode set state = 'DROPPED' where sample_id = ? and attempt < ? and state = 'QUEUED'";

    /// Of each run the first rows that are free, as many as the run still allows; each at the place that it would
    /// have among what its run has at work, and by that among what its project has. The lowest places of all are
    /// taken, so that projects come to have the same number at work, and the runs of a project too; ties are drawn,
    /// so that nobody is always behind. Then, of these, those that no other process is just taking. The runs are
    /// found by leaps through the index, so that what waits is not counted.
    private static final String CLAIM = """
            with recursive runs (run) as (
                (select run from episode where state in ('QUEUED', 'RUNNING') order by run limit 1)
                union all
                select (select later.run from episode later
                        where later.state in ('QUEUED', 'RUNNING') and later.run > runs.run order by later.run limit 1)
                from runs where runs.run is not null),
            open as (
                select runs.run, any_row.project, any_row.outside, any_row.run_workers as most,
                       (select count(*) from episode
                        where episode.run = runs.run and state = 'RUNNING' and lease_until >= now()) as busy
                from runs cross join lateral (
                    select project, run_workers, outside from episode
                    where episode.run = runs.run and state in ('QUEUED', 'RUNNING') limit 1) as any_row),
            shares as (
                select project, sum(busy) as busy,
                       (select quota.most from unnest(?::text[], ?::int[]) as quota (project, most)
                        where quota.project = open.project) as most
                from open group by project),
            in_run as (
                select first.episode_id, open.run, open.project,
                       open.busy + row_number() over (
                           partition by open.run order by step, task_group, sample, attempt) as place
                from open cross join lateral (
                    select episode_id, step, task_group, sample, attempt from episode
                    where episode.run = open.run and state in ('QUEUED', 'RUNNING')
                        and (state = 'QUEUED' or lease_until < now() and episode_id <> all (?))
                    order by step, task_group, sample, attempt
                    limit greatest(0, most - busy)) as first
                where (not outside and ?::text is null or outside and open.run = ?)
                    and not exists (select from cancelled_run where cancelled_run.run = open.run)),
            in_project as (
                select episode_id, run, in_run.place as place_in_run, shares.most,
                       shares.busy + row_number() over (
                           partition by project order by in_run.place, random(), run) as place
                from in_run join shares using (project)),
            taken as (
                select episode.episode_id from in_project join episode using (episode_id)
                where place <= coalesce(most, ?)
                    and (state = 'QUEUED' or (state = 'RUNNING' and lease_until < now()))
                order by place, random(), place_in_run
                limit ?
                for update of episode skip locked)
            update episode set state = 'RUNNING', worker = ?, lease_until = now() + ? * interval '1 millisecond'
            from taken where episode.episode_id = taken.episode_id
            returning episode.issued""";

    /// Where projects have quotas, one process at a time counts and takes: two would each find the last place free.
    private static final String ALONE = "select pg_advisory_xact_lock(hashtext('hone.rollout.claim'))";

    private static final String FINISH = """
            update episode set state = 'FINISHED', finished = ?, outcome = ?, finished_at = now(),
                worker = null, lease_until = null
            where episode_id = ? and state = 'RUNNING' and worker = ?""";

    private final JdbcTemplate jdbc;
    private final Outbox outbox;
    private final WorkSignal signal;
    private final Quota quota;
    private final String[] named;
    private final Integer[] mostOfNamed;

    EpisodeQueue(JdbcTemplate jdbc, Outbox outbox, WorkSignal signal, QuotaProperties quotas) {
        quota = quotas.ofEpisodes();
        named = quota.named().keySet().toArray(String[]::new);
        mostOfNamed = Stream.of(named).map(quota::of).toArray(Integer[]::new);
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.signal = signal;
    }

    /// Queues attempts; those that are known already stay as they are.
    @Transactional
    public void enqueue(List<TaskIssued> events) {
        jdbc.batchUpdate(ENQUEUE, events.stream().map(EpisodeQueue::row).toList());
        for (TaskIssued event : events) {
            EpisodeKey key = event.episode();
            if (key.attempt() > 0) {
                jdbc.update(DROP_EARLIER_ATTEMPTS, key.sampleId(), key.attempt());
            }
        }
        wakeAfterCommit();
    }

    private static Object[] row(TaskIssued issued) {
        EpisodeKey key = issued.episode();
        return new Object[] {
            key.id(),
            key.sampleId(),
            key.step(),
            key.group(),
            key.sample(),
            key.attempt(),
            issued.rollout().maxEnvWorker(),
            issued.rollout().userWorkflow().equals(OUTSIDE),
            Objects.requireNonNullElse(issued.project(), ""),
            new String(EventCodec.encode(issued), StandardCharsets.UTF_8),
            key.run().value()
        };
    }

    /// Takes up to so many attempts, whose leases last so long.
    ///
    /// @param running attempts that this worker runs: not taken again, even if their leases could not be renewed
    @Transactional
    public List<TaskIssued> claim(UUID worker, Collection<String> running, int most, Duration lease) {
        return claim(worker, null, running, most, lease);
    }

    /// Takes the next attempt of a run whose agents are in other processes.
    ///
    /// @param running as above
    @Transactional
    public Optional<TaskIssued> claimForOutside(UUID worker, RunId run, Collection<String> running, Duration lease) {
        return claim(worker, run.value(), running, 1, lease).stream().findFirst();
    }

    /// @param outsideRun a run whose agents are in other processes; null: all others
    private List<TaskIssued> claim(
            UUID worker, @Nullable String outsideRun, Collection<String> running, int most, Duration lease) {
        if (quota.any()) {
            jdbc.query(ALONE, row -> {});
        }
        return jdbc
                .query(
                        CLAIM,
                        (row, n) ->
                                EventCodec.decode(row.getString(1).getBytes(StandardCharsets.UTF_8), TaskIssued.class),
                        named,
                        mostOfNamed,
                        running.toArray(String[]::new),
                        outsideRun,
                        outsideRun,
                        quota.otherwise(),
                        most,
                        worker,
                        lease.toMillis())
                .stream()
                .sorted(Comparator.comparing((TaskIssued t) -> t.episode().run().value())
                        .thenComparing(t -> t.episode().step())
                        .thenComparing(t -> t.episode().group())
                        .thenComparing(t -> t.episode().sample()))
                .toList();
    }

    /// Lets the leases of what this worker runs last so long from now.
    ///
    /// @return those that are still this worker's: not cancelled, ended or another's
    @Transactional
    public Set<String> renew(UUID worker, Collection<String> running, Duration lease) {
        return Set.copyOf(jdbc.queryForList(
                "update episode set lease_until = now() + ? * interval '1 millisecond'"
                        + " where worker = ? and state = 'RUNNING' and episode_id = any (?) returning episode_id",
                String.class,
                lease.toMillis(),
                worker,
                running.toArray(String[]::new)));
    }

    /// Gives back what this worker has not ended, for the next to take at once.
    @Transactional
    public void release(UUID worker) {
        jdbc.update(
                "update episode set state = 'QUEUED', worker = null, lease_until = null"
                        + " where worker = ? and state = 'RUNNING'",
                worker);
    }

    /// Stores what became of an attempt and tells the others, both or neither. An attempt that is not this
    /// worker's any more is left alone.
    ///
    /// @return whether it was this worker's
    @Transactional
    public boolean finish(UUID worker, EpisodeFinished finished) {
        String outcome =
                finished.failure() == null ? "finished" : finished.failure().code();
        int rows = jdbc.update(
                FINISH, EventCodec.encode(finished), outcome, finished.episode().id(), worker);
        if (rows == 1) {
            outbox.publish(Topics.EPISODE_FINISHED, finished);
        }
        wakeAfterCommit();
        return rows == 1;
    }

    /// Ends a cancelled run: what waits or runs is dropped, and so is what arrives later. Its workers notice when they
    /// renew their leases.
    @Transactional
    public void cancel(RunId run) {
        jdbc.update("insert into cancelled_run (run) values (?) on conflict do nothing", run.value());
        jdbc.update(
                "update episode set state = 'DROPPED', worker = null, lease_until = null"
                        + " where run = ? and state in ('QUEUED', 'RUNNING')",
                run.value());
    }

    private void wakeAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                signal.raise();
            }
        });
    }
}
