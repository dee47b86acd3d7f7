package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/// Groups that are closed, and the phases that they complete.
@Repository
public class ClosedGroups {
    private final JdbcClient jdbc;
    private final Episodes episodes;

    ClosedGroups(JdbcClient jdbc, Episodes episodes) {
        this.jdbc = jdbc;
        this.episodes = episodes;
    }

    private record Group(List<GroupClosed.Member> members, int givenUp) {}

    void closed(GroupClosed event) {
        jdbc.sql("insert into closed_group (run, purpose, step, group_index, phase_groups, last, members, given_up)"
                        + " values (:run, :purpose, :step, :group, :groups, :last, :members, :givenUp)"
                        + " on conflict do nothing")
                .param("run", event.run().value())
                .param("purpose", event.phase().purpose().label())
                .param("step", event.phase().step())
                .param("group", event.group())
                .param("groups", event.phase().groups())
                .param("last", event.phase().last())
                .param("members", EventCodec.json().writeValueAsString(event.members()))
                .param("givenUp", event.givenUp().size())
                .update();
    }

    /// Phases of which every group is closed and that the ledger does not have, in the order in which they are due.
    public List<Phase> due(RunId run) {
        List<Phase> phases = new ArrayList<>(jdbc.sql(
                        "select purpose, step, max(phase_groups), bool_or(last) from closed_group g where run = :run"
                                + " and not exists (select 1 from ledger l where l.run = g.run"
                                + " and l.purpose = g.purpose and l.step = g.step)"
                                + " group by purpose, step having count(*) = max(phase_groups)")
                .param("run", run.value())
                .query((row, n) -> new Phase(
                        row.getString(1).equals(Purpose.EVAL.label()) ? Purpose.EVAL : Purpose.TRAIN,
                        row.getInt(2),
                        row.getInt(3),
                        row.getBoolean(4)))
                .list());
        // The evaluation of step s comes after the training step s and before s + 1.
        phases.sort(Comparator.comparingInt(Phase::step).thenComparing(Phase::purpose));
        return phases;
    }

    /// The phase with its members; empty while a trajectory or a verdict has not arrived.
    public Optional<CompletePhase> load(RunId run, Phase phase) {
        List<Group> groups = jdbc.sql("select members, given_up from closed_group"
                        + " where run = :run and purpose = :purpose and step = :step order by group_index")
                .param("run", run.value())
                .param("purpose", phase.purpose().label())
                .param("step", phase.step())
                .query((row, n) -> group(row))
                .list();
        Map<EpisodeKey, JudgedEpisode> judged = episodes.judged(run, phase.purpose(), phase.step());
        List<List<JudgedEpisode>> loaded = new ArrayList<>();
        for (int index = 0; index < groups.size(); index++) {
            List<JudgedEpisode> members = new ArrayList<>();
            for (GroupClosed.Member member : groups.get(index).members()) {
                JudgedEpisode episode = judged.get(
                        new EpisodeKey(run, phase.purpose(), phase.step(), index, member.sample(), member.attempt()));
                if (episode == null) {
                    return Optional.empty();
                }
                members.add(episode);
            }
            loaded.add(List.copyOf(members));
        }
        return Optional.of(new CompletePhase(
                phase, loaded, groups.stream().mapToInt(Group::givenUp).sum()));
    }

    private static Group group(ResultSet row) throws SQLException {
        List<GroupClosed.Member> members =
                EventCodec.json().readValue(row.getString(1), new TypeReference<List<GroupClosed.Member>>() {});
        return new Group(
                members.stream()
                        .sorted(Comparator.comparingInt(GroupClosed.Member::sample))
                        .toList(),
                row.getInt(2));
    }
}
