package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Groups that are closed, and the phases that they complete.
@Component
public class ClosedGroups {
    private static final String CLOSED =
            "insert into closed_group (run, purpose, step, group_index, phase_groups, last,"
                    + " members, given_up, replaced) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";

    private final ClosedGroupRows rows;
    private final Episodes episodes;
    private final JdbcTemplate batches;

    ClosedGroups(ClosedGroupRows rows, Episodes episodes, JdbcTemplate batches) {
        this.rows = rows;
        this.episodes = episodes;
        this.batches = batches;
    }

    /// Keeps closed groups, in the caller's transaction; what is there already stays as it is.
    void closed(List<GroupClosed> events) {
        batches.batchUpdate(
                CLOSED,
                events.stream()
                        .map(event -> new Object[] {
                            event.run().value(),
                            event.phase().purpose().label(),
                            event.phase().step(),
                            event.group(),
                            event.phase().groups(),
                            event.phase().last(),
                            EventCodec.json().writeValueAsString(event.members()),
                            event.givenUp().size(),
                            event.replaced()
                        })
                        .toList());
    }

    /// Phases of which every group is closed and that the ledger does not have, in the order in which they are due: the
    /// evaluation of step s comes after the training step s and before s + 1.
    public List<Phase> due(RunId run) {
        return rows.due(run.value()).stream()
                .map(due -> new Phase(
                        due.purpose().equals(Purpose.EVAL.label()) ? Purpose.EVAL : Purpose.TRAIN,
                        due.step(),
                        due.groups(),
                        due.last() == 1))
                .sorted(Comparator.comparingInt(Phase::step).thenComparing(Phase::purpose))
                .toList();
    }

    /// The phase with its members; empty while a trajectory or a verdict has not arrived.
    public Optional<CompletePhase> load(RunId run, Phase phase) {
        List<ClosedGroupRow> groups = rows.phase(run.value(), phase.purpose().label(), phase.step());
        Map<EpisodeKey, JudgedEpisode> judged = episodes.judged(run, phase.purpose(), phase.step());
        List<List<JudgedEpisode>> loaded = new ArrayList<>();
        List<List<JudgedEpisode>> replaced = new ArrayList<>();
        for (ClosedGroupRow group : groups) {
            List<JudgedEpisode> members = new ArrayList<>();
            for (GroupClosed.Member member : group.members()) {
                JudgedEpisode episode = judged.get(new EpisodeKey(
                        run, phase.purpose(), phase.step(), group.index(), member.sample(), member.attempt()));
                if (episode == null) {
                    return Optional.empty();
                }
                members.add(episode);
            }
            (group.replaced() ? replaced : loaded).add(List.copyOf(members));
        }
        return Optional.of(new CompletePhase(
                phase, loaded, groups.stream().mapToInt(ClosedGroupRow::givenUp).sum(), replaced));
    }
}
