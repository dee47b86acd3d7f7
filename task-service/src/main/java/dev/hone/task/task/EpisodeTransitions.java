package dev.hone.task.task;

import static dev.hone.task.task.EpisodeState.EVALUATED;
import static dev.hone.task.task.EpisodeState.EXPIRED;
import static dev.hone.task.task.EpisodeState.FAILED;
import static dev.hone.task.task.EpisodeState.GIVEN_UP;
import static dev.hone.task.task.EpisodeState.ISSUED;
import static dev.hone.task.task.EpisodeState.JUDGED;
import static dev.hone.task.task.EpisodeState.SKIPPED;
import static dev.hone.task.task.EpisodeState.SUPERSEDED;
import static dev.hone.task.task.EpisodeState.TRAINED;

import java.util.Map;
import java.util.Set;

/// The states that may follow each state of an episode.
///
/// Of a sample's attempts the first judged one wins. The others end as superseded: a failed one when the next is
/// issued, an expired or issued one when the sample is settled without it.
final class EpisodeTransitions {

    static final Map<EpisodeState, Set<EpisodeState>> NEXT = Map.of(
            ISSUED, Set.of(JUDGED, FAILED, EXPIRED, SUPERSEDED, GIVEN_UP),
            EXPIRED, Set.of(JUDGED, FAILED, SUPERSEDED, GIVEN_UP),
            FAILED, Set.of(SUPERSEDED, GIVEN_UP),
            JUDGED, Set.of(TRAINED, EVALUATED, SKIPPED),
            TRAINED, Set.of(),
            EVALUATED, Set.of(),
            SKIPPED, Set.of(),
            SUPERSEDED, Set.of(),
            GIVEN_UP, Set.of());

    private EpisodeTransitions() {}

    /// @throws IllegalStateException if the episode may not go there
    static void require(String episode, EpisodeState from, EpisodeState to) {
        if (!NEXT.getOrDefault(from, Set.of()).contains(to)) {
            throw new IllegalStateException("Episode " + episode + " cannot go from " + from + " to " + to + ".");
        }
    }
}
