package dev.hone.contracts.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import java.util.List;

/// `task.group-closed.v1`: each sample of the group is judged or given up.
///
/// @param run the run
/// @param phase the step or evaluation that the group belongs to
/// @param group index within the phase
/// @param taskId the problem
/// @param members the judged samples, one attempt each, by sample
/// @param givenUp samples without a verdict
public record GroupClosed(RunId run, Phase phase, int group, String taskId, List<Member> members, List<GivenUp> givenUp)
        implements Event {

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
