package dev.hone.contracts.judge;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// `judge.episode-judged.v1`: the episode has a verdict, or a reason why it has none. Exactly one of the two is set.
///
/// @param episode which
/// @param verdict the reward with its parts; null if the episode failed
/// @param failure why there is no verdict; null if there is one
/// @param judgedAt when
public record EpisodeJudged(
        EpisodeKey episode,
        @Nullable Verdict verdict,
        @Nullable Failure failure,
        Instant judgedAt) implements Event {

    public EpisodeJudged {
        if ((verdict == null) == (failure == null)) {
            throw new IllegalArgumentException(
                    "Episode " + episode.id() + " needs a verdict or a failure, not both or none.");
        }
    }

    @Override
    public String key() {
        return episode.groupId();
    }
}
