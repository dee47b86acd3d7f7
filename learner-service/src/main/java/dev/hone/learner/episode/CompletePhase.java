package dev.hone.learner.episode;

import dev.hone.contracts.task.Phase;
import java.util.List;

/// A phase whose groups are all closed and whose members have all arrived.
///
/// @param phase which
/// @param groups the members of each group, by sample; groups in order
/// @param givenUp samples that ended without a verdict
public record CompletePhase(Phase phase, List<List<JudgedEpisode>> groups, int givenUp) {
    public CompletePhase {
        groups = List.copyOf(groups);
    }

    /// Every member.
    public List<JudgedEpisode> episodes() {
        return groups.stream().flatMap(List::stream).toList();
    }
}
