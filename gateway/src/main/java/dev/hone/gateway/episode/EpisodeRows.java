package dev.hone.gateway.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.GroupClosed;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// A light row per attempt. Its events travel on three topics and come in any order, and more than once.
@Service
public class EpisodeRows {

    private static final String KEY = "run, purpose, step, grp, sample, attempt";

    private static final String FINISHED = "insert into episode (" + KEY + ", state, cause, task_id, turns, tool_calls,"
            + " prompt_tokens, sampled_tokens, started_at, finished_at)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict (" + KEY + ") do update set task_id = excluded.task_id,"
            + " turns = excluded.turns, tool_calls = excluded.tool_calls,"
            + " prompt_tokens = excluded.prompt_tokens, sampled_tokens = excluded.sampled_tokens,"
            + " started_at = excluded.started_at, finished_at = excluded.finished_at";

    private static final String JUDGED =
            "insert into episode (" + KEY + ", state, cause, reward, success, missing_print,"
                    + " early_answer, judged_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " on conflict (" + KEY + ") do update set cause = excluded.cause,"
                    + " state = case when episode.state = 'given_up' then episode.state else excluded.state end,"
                    + " reward = excluded.reward, success = excluded.success,"
                    + " missing_print = excluded.missing_print, early_answer = excluded.early_answer,"
                    + " judged_at = excluded.judged_at";

    private static final String GIVEN_UP = "insert into episode (" + KEY + ", state, cause, task_id)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict (" + KEY + ") do update set state = excluded.state, cause = excluded.cause";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    EpisodeRows(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /// What they took; trajectories stay with rollout-service.
    @Transactional
    public void onEpisodesFinished(List<EpisodeFinished> events) {
        write(FINISHED, events, EpisodeFinished::episode, event -> {
            Failure failure = event.failure();
            EpisodeFinished.Usage usage = event.usage();
            return row(
                    event.episode(),
                    failure == null ? "finished" : "failed",
                    failure == null ? null : failure.code(),
                    event.task().taskId(),
                    usage.turns(),
                    usage.toolCalls(),
                    usage.promptTokens(),
                    usage.sampledTokens(),
                    Timestamp.from(event.startedAt()),
                    Timestamp.from(event.finishedAt()));
        });
    }

    @Transactional
    public void onEpisodesJudged(List<EpisodeJudged> events) {
        write(JUDGED, events, EpisodeJudged::episode, event -> {
            Verdict verdict = event.verdict();
            Failure failure = event.failure();
            return row(
                    event.episode(),
                    verdict == null ? "failed" : "judged",
                    verdict != null ? verdict.cause() : failure == null ? null : failure.code(),
                    verdict == null ? null : verdict.reward(),
                    verdict == null ? null : verdict.success(),
                    verdict == null ? null : verdict.habits().get(Verdict.MISSING_PRINT),
                    verdict == null ? null : verdict.habits().get(Verdict.EARLY_ANSWER),
                    Timestamp.from(event.judgedAt()));
        });
    }

    /// Samples that end without a verdict: their last attempt says so, even where it never came back.
    @Transactional
    public void onGroupsClosed(List<GroupClosed> events) {
        List<Object[]> rows = new ArrayList<>();
        for (GroupClosed event : events) {
            for (GroupClosed.GivenUp sample : event.givenUp()) {
                EpisodeKey last = new EpisodeKey(
                        event.run(),
                        event.phase().purpose(),
                        event.phase().step(),
                        event.group(),
                        sample.sample(),
                        Math.max(0, sample.attempts() - 1));
                rows.add(row(last, "given_up", sample.reason().code(), event.taskId()));
            }
        }
        batches.batchUpdate(GIVEN_UP, rows);
    }

    /// In the order of their keys, so that of two that write the same rows one waits for the other.
    private <E> void write(String sql, List<E> events, Function<E, EpisodeKey> key, Function<E, Object[]> row) {
        batches.batchUpdate(
                sql,
                events.stream()
                        .sorted(Comparator.comparing(event -> key.apply(event).id()))
                        .map(row)
                        .toList());
    }

    private static Object[] row(EpisodeKey key, @Nullable Object... values) {
        List<@Nullable Object> parameters = new ArrayList<>(List.of(
                key.run().value(), key.purpose().label(), key.step(), key.group(), key.sample(), key.attempt()));
        parameters.addAll(Arrays.asList(values));
        return parameters.toArray();
    }

    /// The run's causes, each once.
    public List<String> causes(String run) {
        return jdbc.sql("select distinct cause from episode where run = ? and cause is not null order by cause")
                .param(run)
                .query((rs, n) -> rs.getString(1))
                .list();
    }

    /// Those that the query asks for, in order, at most `limit`, and one more if there are more.
    public List<EpisodeRow> list(String run, EpisodeQuery query, int limit) {
        EpisodeQuery.Sql sql = query.sql(run, limit);
        return jdbc.sql(sql.text())
                .params(sql.parameters())
                .query(EpisodeRow::of)
                .list();
    }

    /// Every attempt at the sample, newest first.
    public List<EpisodeRow> attempts(String run, String purpose, int step, int group, int sample) {
        return jdbc.sql("select * from episode where run = ? and purpose = ? and step = ? and grp = ? and sample = ?"
                        + " order by attempt desc")
                .params(run, purpose, step, group, sample)
                .query(EpisodeRow::of)
                .list();
    }

    /// Every attempt of a training step.
    public List<EpisodeRow> training(String run, int step) {
        return jdbc.sql("select * from episode where run = ? and purpose = 'train' and step = ?")
                .params(run, step)
                .query(EpisodeRow::of)
                .list();
    }
}
