package dev.hone.contracts.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `task.group-closed.v1`: each sample of the group is judged or given up.
///
/// @param run the run
/// @param phase the step or evaluation that the group belongs to
/// @param group index within the phase
/// @param taskId the problem
/// @param members the judged samples, one attempt each, by sample
/// @param givenUp samples without a verdict
/// @param replaced whether another problem's group takes its place in the phase, because its rewards were all alike:
///     it is not trained on and does not count as one of [Phase#groups()]. Groups of a phase are numbered without
///     gaps, and the highest number is never replaced
public record GroupClosed(
        RunId run, Phase phase, int group, String taskId, List<Member> members, List<GivenUp> givenUp, boolean replaced)
        implements Event {

    /// A group that counts.
    public GroupClosed(RunId run, Phase phase, int group, String taskId, List<Member> members, List<GivenUp> givenUp) {
        this(run, phase, group, taskId, members, givenUp, false);
    }

    /// Reads also what was written before groups could be replaced.
    @JsonCreator
    static GroupClosed read(
            RunId run,
            Phase phase,
            int group,
            String taskId,
            List<Member> members,
            List<GivenUp> givenUp,
            @Nullable Boolean replaced) {
        return new GroupClosed(run, phase, group, taskId, members, givenUp, replaced != null && replaced);
    }

    public GroupClosed {
        members = List.copyOf(members);
        givenUp = List.copyOf(givenUp);
    }

    /// The sample that counts and its reward.
    public record Member(int sample, int attempt, double reward, boolean success) {}

    /// A sample that ended without a verdict after its last attempt.
    public record GivenUp(int sample, int attempts, Failure reason) {}

    /// The episode of a member.
    public EpisodeKey episode(Member member) {
        return new EpisodeKey(run, phase.purpose(), phase.step(), group, member.sample(), member.attempt());
    }

    @Override
    public String key() {
        return run + "/" + phase.purpose().label() + "/" + phase.step() + "/" + group;
    }
}
