package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Stored trajectories and verdicts.
@Component
public class Episodes {
    private final EpisodeRows rows;

    Episodes(EpisodeRows rows) {
        this.rows = rows;
    }

    /// Keeps an attempt that ended, in the caller's transaction.
    void finished(EpisodeFinished event) {
        long malformed = event.messages().stream()
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> call.malformed())
                .count();
        rows.finished(
                EpisodeId.of(event.episode()),
                event.failure() != null,
                event.trajectory(),
                EventCodec.json().writeValueAsString(event.usage()),
                malformed);
    }

    /// Keeps a verdict, in the caller's transaction.
    void judged(EpisodeKey key, double reward, boolean success, Map<String, Boolean> habits) {
        rows.judged(EpisodeId.of(key), reward, success, EventCodec.json().writeValueAsString(habits));
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
