package dev.hone.rollout.recorder;

import dev.hone.contracts.Failure;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.policy.chat.TurnEncoder;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.toolcall.HermesToolCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The model of one episode, as any agent framework talks to it: messages in, an answer out, every token
/// kept. A request that begins with what was recorded goes on from the recorded ids; any other starts a new
/// timeline. One request at a time.
final class Recorder {

    /// What the model is told of a call that could not be understood.
    static final String MALFORMED =
            "error: this is no tool call; write <tool_call>\n{\"name\": ..., \"arguments\": {...}}\n</tool_call>";

    private static final String ASSISTANT = "assistant";
    private static final String TOOL = "tool";

    private final SamplingSettings settings;
    private final ModelText model;
    private final Policy policy;
    private final Deadline deadline;
    private final List<Line> lines = new ArrayList<>();
    private final Set<String> malformedIds = new HashSet<>();
    private int turns;
    private int toolCalls;
    private long generateNanos;
    private long toolNanos;
    private @Nullable EpisodeFailedException failure;

    Recorder(SamplingSettings settings, ModelText model, Policy policy, Deadline deadline) {
        this.settings = settings;
        this.model = model;
        this.policy = policy;
        this.deadline = deadline;
    }

    /// The answer as the agent gets it.
    ///
    /// @param text without the calls
    /// @param calls what it wants to call; malformed ones too, so that the agent goes on to the tool's turn
    /// @param finishReason `stop` or `length`
    /// @param promptTokens tokens read
    /// @param sampledTokens tokens sampled
    record Answer(
            String text, List<Message.ToolCall> calls, String finishReason, int promptTokens, int sampledTokens) {}

    /// Asks the policy for the next answer.
    ///
    /// @param messages the whole conversation as the agent knows it
    /// @param tools JSON schemas of functions
    /// @throws EpisodeFailedException if the episode cannot go on; from then on every request fails the same
    ///     way
    synchronized Answer ask(List<Message> messages, List<Map<String, Object>> tools) {
        if (failure != null) {
            throw failure;
        }
        try {
            return answer(messages, tools);
        } catch (EpisodeFailedException e) {
            throw fail(e);
        }
    }

    private Answer answer(List<Message> messages, List<Map<String, Object>> tools) {
        if (deadline.passed()) {
            throw new EpisodeFailedException(new Failure(
                    "episode-timeout",
                    "The episode's time is over after " + turns + " turns; raise rollout.episode_timeout.",
                    true));
        }
        Line line = lines.stream()
                .filter(l -> l.isBeginningOf(messages, tools))
                .reduce((shorter, later) -> later.told.size() >= shorter.told.size() ? later : shorter)
                .orElseGet(() -> new Line(lines.size(), tools));
        TurnEncoder.Added added = prompt(line, messages);
        int prompt = line.ids().length + added.ids().length;
        int room = Math.min(settings.maxTurnTokens(), settings.maxModelTokens() - prompt);
        if (room <= 0) {
            return full(line, prompt);
        }
        line.add(added);
        if (line.turns() == 0) {
            lines.add(line);
        }
        List<Message> since = messages.subList(line.told.size(), messages.size());
        line.view.addAll(asRead(since));
        line.told.addAll(since);
        GenerateResponse response = generate(line, room);
        line.sampled(response);
        return keep(line, response, prompt);
    }

    private TurnEncoder.Added prompt(Line line, List<Message> messages) {
        if (line.turns() == 0) {
            return model.turns().opening(asRead(messages), line.tools);
        }
        return model.turns()
                .continuation(
                        line.view.subList(0, line.view.size() - 1),
                        asRead(messages.subList(line.told.size(), messages.size())),
                        line.tools,
                        line.lastId(),
                        line.turns());
    }

    /// No room for another token: the agent gets an empty answer, which ends its loop.
    private Answer full(Line line, int prompt) {
        if (line.turns() == 0) {
            throw new EpisodeFailedException(new Failure(
                    "prompt-too-long",
                    "The prompt has " + prompt + " tokens and the model may read " + settings.maxModelTokens()
                            + "; raise rollout.max_model_len or leave the task out.",
                    false));
        }
        return new Answer("", List.of(), GenerateResponse.LENGTH, prompt, 0);
    }

    private GenerateResponse generate(Line line, int room) {
        long start = System.nanoTime();
        try {
            Deadline end = deadline.atMost(settings.generateTimeout());
            return policy.generate(
                    settings.run(),
                    new GenerateRequest(
                            line.ids(),
                            room,
                            settings.temperature(),
                            1.0,
                            0,
                            model.tokenizer().eosIds(),
                            settings.noiseKey(line.index),
                            settings.minVersion(),
                            Math.max(1, end.left().toMillis())),
                    end);
        } finally {
            generateNanos += System.nanoTime() - start;
        }
    }

    private Answer keep(Line line, GenerateResponse response, int prompt) {
        String id = "call-" + turns + "-";
        turns++;
        int[] ids = response.tokenIds();
        boolean ended = ids.length > 0 && model.tokenizer().eosIds().contains(ids[ids.length - 1]);
        String written = model.tokenizer().decode(ended ? Arrays.copyOf(ids, ids.length - 1) : ids);
        HermesToolCalls.Answer read = HermesToolCalls.read(written, id);
        for (Message.ToolCall call : read.calls()) {
            if (call.malformed()) {
                malformedIds.add(call.id());
            }
        }
        line.view.add(new Message(ASSISTANT, written, read.calls(), null));
        line.told.add(told(read.text(), read.calls()));
        return new Answer(read.text(), read.calls(), response.finishReason(), prompt, ids.length);
    }

    /// An assistant's message as an agent sends it back: frameworks write the arguments anew, so that only
    /// the calls' ids count.
    static Message told(String text, List<Message.ToolCall> calls) {
        return new Message(
                ASSISTANT,
                text,
                calls.stream()
                        .map(call -> new Message.ToolCall(call.id(), "", "", false))
                        .toList(),
                null);
    }

    /// What the model reads: of a malformed call, how to write one.
    private List<Message> asRead(List<Message> messages) {
        return messages.stream()
                .map(message -> message.toolCallId() != null && malformedIds.contains(message.toolCallId())
                        ? new Message(TOOL, MALFORMED, List.of(), message.toolCallId())
                        : message)
                .toList();
    }

    /// Counts a tool's call.
    synchronized void toolCalled(long nanos) {
        toolCalls++;
        toolNanos += nanos;
    }

    /// Makes every further request fail: the first failure stands.
    synchronized EpisodeFailedException fail(EpisodeFailedException e) {
        if (failure == null) {
            failure = e;
        }
        return failure;
    }

    synchronized Optional<EpisodeFailedException> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized Recording recording() {
        List<Timeline> timelines = lines.stream()
                .filter(line -> line.turns() > 0)
                .map(Line::timeline)
                .toList();
        Trajectory trajectory = new Trajectory(Absorption.absorb(timelines));
        List<Message> messages = lines.stream()
                .reduce((best, line) -> line.ids().length >= best.ids().length ? line : best)
                .map(line -> line.view)
                .orElse(List.of());
        int sampled = trajectory.lossTokens();
        return new Recording(
                messages,
                trajectory,
                new EpisodeFinished.Usage(
                        trajectory.tokens() - sampled,
                        sampled,
                        turns,
                        toolCalls,
                        generateNanos / 1_000_000,
                        toolNanos / 1_000_000));
    }
}
