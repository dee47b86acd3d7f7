package dev.hone.rollout.recorder;

import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.environment.Environment;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.tool.Sandbox;
import dev.hone.rollout.tool.ToolText;
import dev.hone.rollout.workflow.Tuner;
import io.agentscope.core.model.Model;
import java.util.Optional;

/// The tuner of one episode. A failure of the policy or the sandbox ends the episode, whatever the agent's
/// framework makes of the exception: it is kept here.
public final class EpisodeTuner implements Tuner {

    private final TaskIssued issued;
    private final Sandbox sandbox;
    private final Deadline deadline;
    private final SamplingSettings settings;
    private final Recorder recorder;
    private Optional<Environment> environment = Optional.empty();

    public EpisodeTuner(TaskIssued issued, ModelText model, Policy policy, Sandbox sandbox, Deadline deadline) {
        this.issued = issued;
        this.sandbox = sandbox;
        this.deadline = deadline;
        this.settings = SamplingSettings.of(issued);
        this.recorder = new Recorder(settings, model, policy, deadline);
    }

    @Override
    public Model asAgentScopeModel() {
        return new RecordingModel(recorder);
    }

    @Override
    public String runPython(String code) {
        long start = System.nanoTime();
        try {
            return ToolText.of(sandbox.execute(code, settings.toolTimeout(), deadline), settings.toolTimeout());
        } catch (EpisodeFailedException e) {
            throw recorder.fail(e);
        } finally {
            recorder.toolCalled(System.nanoTime() - start);
        }
    }

    /// Lets the agent act in an environment. To be called before the workflow begins.
    public void within(Environment instance) {
        environment = Optional.of(new RecordedEnvironment(instance, recorder));
    }

    @Override
    public Optional<Environment> environment() {
        return environment;
    }

    @Override
    public RolloutConfig settings() {
        return issued.rollout();
    }

    /// Why the episode cannot have come to a good end.
    public Optional<EpisodeFailedException> failure() {
        return recorder.failure();
    }

    /// Ends the recording: whatever still runs gets no further answer.
    ///
    /// @param reason what a late request is told
    public void close(EpisodeFailedException reason) {
        recorder.fail(reason);
    }

    /// What was recorded so far.
    public Recording recording() {
        return recorder.recording();
    }
}
