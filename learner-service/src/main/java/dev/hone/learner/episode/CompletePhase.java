package dev.hone.learner.episode;

import dev.hone.contracts.task.Phase;
import java.util.List;
import java.util.stream.Stream;

/// A phase whose groups are all closed and whose members have all arrived.
///
/// @param phase which
/// @param groups the members of each group that counts, by sample; groups in order
/// @param givenUp samples that ended without a verdict, of replaced groups too
/// @param replaced the members of each group in whose place another was sampled: judged, and not trained on
public record CompletePhase(
        Phase phase, List<List<JudgedEpisode>> groups, int givenUp, List<List<JudgedEpisode>> replaced) {

    public CompletePhase {
        groups = List.copyOf(groups);
        replaced = List.copyOf(replaced);
    }

    /// A phase of which no group was replaced.
    public CompletePhase(Phase phase, List<List<JudgedEpisode>> groups, int givenUp) {
        this(phase, groups, givenUp, List.of());
    }

    /// Every group that was sampled; those that were replaced last.
    public List<List<JudgedEpisode>> sampled() {
        return Stream.concat(groups.stream(), replaced.stream()).toList();
    }

    /// Every member of a group that was sampled.
    public List<JudgedEpisode> episodes() {
        return sampled().stream().flatMap(List::stream).toList();
    }
}
