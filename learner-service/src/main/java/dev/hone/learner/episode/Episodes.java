package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Stored trajectories and verdicts.
@Component
public class Episodes {
    private static final String KEY = "run, purpose, step, group_index, sample, attempt";

    private static final String FINISHED =
            "insert into episode (" + KEY + ", failed, trajectory, usage, malformed_calls)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";

    private static final String JUDGED = "insert into verdict (" + KEY + ", reward, success, habits)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";

    private final EpisodeRows rows;
    private final JdbcTemplate batches;

    Episodes(EpisodeRows rows, JdbcTemplate batches) {
        this.rows = rows;
        this.batches = batches;
    }

    /// Keeps attempts that ended, in the caller's transaction; what is there already stays as it is.
    void finished(List<EpisodeFinished> events) {
        batches.batchUpdate(
                FINISHED,
                events.stream()
                        .map(event -> row(
                                event.episode(),
                                event.failure() != null,
                                event.trajectory(),
                                EventCodec.json().writeValueAsString(event.usage()),
                                malformedCalls(event)))
                        .toList());
    }

    private static long malformedCalls(EpisodeFinished event) {
        return event.messages().stream()
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> call.malformed())
                .count();
    }

    /// Keeps verdicts, in the caller's transaction; what is there already stays as it is.
    void judged(List<EpisodeJudged> events) {
        List<Object[]> values = new ArrayList<>();
        for (EpisodeJudged event : events) {
            Verdict verdict = event.verdict();
            if (verdict != null) {
                values.add(row(
                        event.episode(),
                        verdict.reward(),
                        verdict.success(),
                        EventCodec.json().writeValueAsString(verdict.habits())));
            }
        }
        batches.batchUpdate(JUDGED, values);
    }

    private static Object[] row(EpisodeKey key, Object... values) {
        List<Object> row = new ArrayList<>(List.of(
                key.run().value(), key.purpose().label(), key.step(), key.group(), key.sample(), key.attempt()));
        row.addAll(Arrays.asList(values));
        return row.toArray();
    }

    /// Every attempt of a phase that has a verdict and whose trajectory has not been dropped.
    public Map<EpisodeKey, JudgedEpisode> judged(RunId run, Purpose purpose, int step) {
        Map<EpisodeKey, JudgedEpisode> found = new HashMap<>();
        for (JudgedRow row : rows.judged(run.value(), purpose.label(), step)) {
            EpisodeId id = row.id();
            EpisodeKey key = new EpisodeKey(run, purpose, step, id.groupIndex(), id.sample(), id.attempt());
            found.put(key, row.episode(key));
        }
        return found;
    }

    /// Drops trajectories that no restart needs: those of phases up to this step.
    @Transactional
    public void dropTrajectories(RunId run, int step) {
        rows.dropTrajectories(run.value(), step, Purpose.TRAIN.label());
    }
}
