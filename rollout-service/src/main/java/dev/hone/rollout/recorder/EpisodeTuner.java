package dev.hone.rollout.recorder;

import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.environment.Environment;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.tool.Sandbox;
import dev.hone.rollout.tool.ToolCall;
import dev.hone.rollout.tool.ToolText;
import dev.hone.rollout.workflow.EndpointTuner;
import dev.hone.rollout.workflow.Tuner;
import io.agentscope.core.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The tuner of one episode. A failure of the policy or the sandbox ends the episode, whatever the agent's
/// framework makes of the exception: it is kept here.
public final class EpisodeTuner implements Tuner {

    private final TaskIssued issued;
    private final ModelText model;
    private final Sandbox sandbox;
    private final Deadline deadline;
    private final Access access;
    private final OutsideAgent agent;
    private final SamplingSettings settings;
    private final Recorder recorder;
    private Optional<Environment> environment = Optional.empty();

    public EpisodeTuner(
            TaskIssued issued, ModelText model, Policy policy, Sandbox sandbox, Deadline deadline, Access access) {
        this.issued = issued;
        this.model = model;
        this.sandbox = sandbox;
        this.deadline = deadline;
        this.access = access;
        this.agent = new OutsideAgent(access.silence());
        this.settings = SamplingSettings.of(issued);
        this.recorder = new Recorder(settings, model, policy, deadline);
    }

    @Override
    public Model asAgentScopeModel() {
        return new RecordingModel(recorder, true);
    }

    @Override
    public Model asUntrainedAgentScopeModel() {
        return settings().untrainedModel().active()
                ? EndpointTuner.untrained(baseUrl(), apiKey(), settings())
                : new RecordingModel(recorder, false);
    }

    @Override
    public String baseUrl() {
        return access.baseUrl();
    }

    @Override
    public String apiKey() {
        return access.apiKey();
    }

    @Override
    public String runPython(String code) {
        long start = System.nanoTime();
        agent.asks();
        try {
            ToolCall call = new ToolCall(issued.episode(), code, settings.toolTimeout(), settings.toolCpu());
            return ToolText.of(sandbox.execute(call, deadline), settings.toolTimeout());
        } catch (EpisodeFailedException e) {
            throw recorder.fail(e);
        } finally {
            agent.isAnswered();
            recorder.toolCalled(System.nanoTime() - start);
        }
    }

    /// Lets the agent act in an environment. To be called before the workflow begins.
    public void within(Environment instance) {
        environment = Optional.of(new RecordedEnvironment(instance, recorder, agent));
    }

    @Override
    public Optional<Environment> environment() {
        return environment;
    }

    @Override
    public RolloutConfig settings() {
        return issued.rollout();
    }

    /// Asks the policy for the next answer, or for several.
    ///
    /// @throws EpisodeFailedException if the episode cannot go on, or is over
    /// @throws dev.hone.policy.chat.ChatTemplateException if the model's template refuses the messages
    public List<Answer> ask(Request request) {
        agent.asks();
        try {
            return recorder.ask(request);
        } finally {
            agent.isAnswered();
        }
    }

    /// Does something of the agent's that is not recorded, within the time that an answer may take. If it fails, the
    /// episode does.
    ///
    /// @param work until when it has to come to an end
    public <T> T aside(Function<Deadline, T> work) {
        recorder.failure().ifPresent(failure -> {
            throw failure;
        });
        agent.asks();
        try {
            return work.apply(deadline.atMost(settings.generateTimeout()));
        } catch (EpisodeFailedException e) {
            throw recorder.fail(e);
        } finally {
            agent.isAnswered();
        }
    }

    /// Each token's share of the text that the ids stand for, without the token that ends a turn.
    public List<String> tokenTexts(int[] ids) {
        boolean ended = ids.length > 0 && model.tokenizer().eosIds().contains(ids[ids.length - 1]);
        return model.tokenizer().tokenTexts(ended ? Arrays.copyOf(ids, ids.length - 1) : ids);
    }

    /// What is to be done.
    public TaskIssued issued() {
        return issued;
    }

    /// The agent, if it is in another process.
    public OutsideAgent agent() {
        return agent;
    }

    /// Until when the episode has to end.
    public Deadline deadline() {
        return deadline;
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
