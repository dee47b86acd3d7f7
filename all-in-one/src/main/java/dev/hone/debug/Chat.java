package dev.hone.debug;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import dev.hone.policy.PolicyOptions;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.Answer;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.recorder.Request;
import dev.hone.rollout.tool.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A conversation with a model in this process, which reads and writes as it does in an episode.
public final class Chat implements AutoCloseable {

    private static final String TOOL = "execute_python_code";

    /// How to talk.
    ///
    /// @param system the system message; null: the math agent's if there is Python, else none
    /// @param python whether the model may call `execute_python_code`
    /// @param maxCalls turns with calls to one answer
    /// @param temperature 0 is greedy
    /// @param maxTokens of one turn
    /// @param seed of what is sampled
    public record Settings(
            @Nullable String system, boolean python, int maxCalls, double temperature, int maxTokens, long seed) {}

    /// A call of a tool, and what the model was told of it.
    public record Call(String name, String code, String result) {}

    /// An answer.
    ///
    /// @param calls that the model made before it
    /// @param promptTokens tokens read for the last turn
    /// @param sampledTokens tokens sampled in all turns
    /// @param finishReason `stop` or `length`
    public record Reply(String text, List<Call> calls, int promptTokens, int sampledTokens, String finishReason) {}

    private final Settings settings;
    private final AgentPrompt prompt;
    private final LocalPolicy policy;
    private final ModelText text;
    private final @Nullable Platform platform;
    private final List<Message> messages = new ArrayList<>();
    private EpisodeTuner tuner;

    private Chat(Settings settings, LocalPolicy policy, ModelText text, @Nullable Platform platform) {
        AgentPrompt agent =
                settings.python() ? AgentPrompt.shipped(AgentPrompt.MATH_AGENT) : new AgentPrompt("", List.of());
        this.settings = settings;
        this.prompt = settings.system() == null ? agent : new AgentPrompt(settings.system(), agent.tools());
        this.policy = policy;
        this.text = text;
        this.platform = platform;
        this.tuner = begin();
    }

    /// Loads a model, onto a GPU if there is one.
    ///
    /// @param model its folder
    /// @param work folder for the sandbox's process, if there is Python
    /// @throws IOException if the folder cannot be read
    public static Chat open(Path model, Settings settings, Path work) throws IOException {
        ModelText text = ModelText.load(model);
        LocalPolicy policy = LocalPolicy.load(model, PolicyOptions.best());
        try {
            Platform platform =
                    settings.python() ? Platform.start(work, EnumSet.of(Service.SANDBOX), Map.of(), line -> {}) : null;
            return new Chat(settings, policy, text, platform);
        } catch (RuntimeException e) {
            policy.close();
            throw e;
        }
    }

    private EpisodeTuner begin() {
        messages.clear();
        if (!prompt.system().isEmpty()) {
            messages.add(new Message("system", prompt.system(), List.of(), null));
        }
        RunConfig config = configuration();
        TaskIssued conversation = new TaskIssued(
                new EpisodeKey(new RunId("infer"), Purpose.EVAL, 0, 0, 0, 0),
                new Task("infer", "", Map.of()),
                settings.seed(),
                settings.temperature(),
                0,
                Instant.MAX,
                config.rollout().withoutLimits(),
                config.taskJudge());
        Access nowhere = new Access("http://infer.invalid/v1", "none", LocalPlayer.UNLIMITED);
        return new EpisodeTuner(conversation, text, policy, sandbox(), Deadline.in(LocalPlayer.UNLIMITED), nowhere);
    }

    /// Every default, with the lengths that fit this model and these settings.
    private RunConfig configuration() {
        String lengths = "max_response_length_in_one_turn: %d, max_model_len: %d"
                .formatted(settings.maxTokens(), Math.max(2, policy.maxTokens()));
        return RunConfigReader.read("hone: {rollout: {" + lengths + "}}").config();
    }

    private Sandbox sandbox() {
        if (platform != null) {
            return Sandbox.at(platform.address(Service.SANDBOX), platform.secret());
        }
        return (call, deadline) -> {
            throw new EpisodeFailedException(
                    new Failure("no-sandbox", "There is no tool in this conversation.", false));
        };
    }

    /// Asks, and lets the model call its tool before it answers.
    ///
    /// @throws EpisodeFailedException if the model cannot go on; [#beginAnew()] helps
    public Reply ask(String question) {
        messages.add(new Message("user", question, List.of(), null));
        List<Call> calls = new ArrayList<>();
        int sampled = 0;
        for (int turn = 0; ; turn++) {
            Answer answer = tuner.ask(new Request(
                            messages,
                            prompt.tools(),
                            settings.python(),
                            false,
                            true,
                            1,
                            settings.maxTokens(),
                            List.of(),
                            null,
                            settings.temperature()))
                    .getFirst();
            sampled += answer.sampledTokens();
            messages.add(new Message("assistant", answer.text(), answer.calls(), null));
            if (answer.calls().isEmpty() || turn >= settings.maxCalls()) {
                return new Reply(answer.text(), calls, answer.promptTokens(), sampled, answer.finishReason());
            }
            for (Message.ToolCall call : answer.calls()) {
                Call made = execute(call);
                calls.add(made);
                messages.add(new Message("tool", made.result(), List.of(), call.id()));
            }
        }
    }

    private Call execute(Message.ToolCall call) {
        String code = EventCodec.json().readTree(call.arguments()).path("code").asString("");
        return new Call(
                call.name(),
                code,
                call.name().equals(TOOL) ? tuner.runPython(code) : "There is no tool '" + call.name() + "'.");
    }

    /// Forgets what was said.
    public void beginAnew() {
        tuner = begin();
    }

    @Override
    public void close() {
        policy.close();
        if (platform != null) {
            platform.close();
        }
    }
}
