package dev.hone.rollout.recorder;

import dev.hone.contracts.Failure;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.policy.chat.ChatTemplateException;
import dev.hone.policy.chat.RewrittenHistoryException;
import dev.hone.policy.chat.TurnEncoder;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.toolcall.ToolCallFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The model of one episode, as any agent framework talks to it: messages in, an answer out, every token
/// kept. A request that begins with what was recorded goes on from the recorded ids; any other starts a new
/// timeline. Requests may come at the same time: what is recorded is guarded by this object's monitor, the
/// policy is asked outside of it.
final class Recorder {

    /// How often in one request the model is told that its calls cannot be understood.
    static final int MAX_CORRECTIONS = 3;

    private static final String ASSISTANT = "assistant";
    private static final String TOOL = "tool";

    private final SamplingSettings settings;
    private final ModelText model;
    private final Policy policy;
    private final Deadline deadline;
    private final List<Turn> turns = new ArrayList<>();
    private final Map<Asked, Integer> asked = new HashMap<>();
    private final Set<String> malformedIds = new HashSet<>();
    private int roots;
    private int asks;
    private int answers;
    private int malformedCalls;
    private int toolCalls;
    private long generateNanos;
    private long toolNanos;
    private @Nullable EpisodeFailedException failure;
    private volatile String lastReason = "";

    Recorder(SamplingSettings settings, ModelText model, Policy policy, Deadline deadline) {
        this.settings = settings;
        this.model = model;
        this.policy = policy;
        this.deadline = deadline;
    }

    /// Where in the conversations something is asked.
    ///
    /// @param parent the turn that it goes on from; null: it opens a timeline
    /// @param since messages since the parent as the agent knows them
    /// @param read the same as the model reads them
    /// @param added their ids
    private record Place(@Nullable Turn parent, List<Message> since, List<Message> read, TurnEncoder.Added added) {}

    /// @param read hash of the ids that were read there
    private record Asked(@Nullable Turn parent, long read) {}

    /// Asks the policy for the next answer, or for several at the same place.
    ///
    /// @return as many answers as were asked for
    /// @throws EpisodeFailedException if the episode cannot go on; from then on every request fails the same
    ///     way
    List<Answer> ask(Request request) {
        try {
            List<Draft> drafts = begin(request);
            List<Answer> given = drafts.size() == 1
                    ? List.of(answer(drafts.getFirst(), request))
                    : AtOnce.all(drafts, draft -> answer(draft, request));
            lastReason = given.getLast().finishReason();
            return given;
        } catch (EpisodeFailedException e) {
            throw fail(e);
        }
    }

    private synchronized List<Draft> begin(Request request) {
        requireOpen();
        if (deadline.passed()) {
            throw new EpisodeFailedException(new Failure(
                    "episode-timeout",
                    "The episode's time is over after " + answers + " turns; raise rollout.episode_timeout.",
                    true));
        }
        Place place = place(request);
        List<Draft> drafts = new ArrayList<>();
        for (int sample = 0; sample < request.samples(); sample++) {
            long noise = noise(place, request, sample);
            Draft draft = new Draft(place.parent(), request.tools(), place.since(), noise, asks++);
            draft.read(place.added(), place.read());
            drafts.add(draft);
        }
        return drafts;
    }

    /// Where a request goes on from: the end of what was recorded, if its messages begin with that; a new timeline if
    /// not, or if the template writes what was recorded in another way now.
    private Place place(Request request) {
        Optional<Turn> end = Histories.endOfRecorded(turns, request);
        if (end.isEmpty()) {
            return opening(request.messages(), asRead(null, request.messages()), request);
        }
        Turn parent = end.get();
        List<Message> since = request.messages()
                .subList(parent.toldMessages(), request.messages().size());
        List<Message> read = asRead(parent, since);
        List<Message> view = parent.wholeView();
        try {
            return new Place(parent, since, read, next(view, read, request, parent.wholeIds(), parent.number()));
        } catch (RewrittenHistoryException e) {
            List<Message> whole = new ArrayList<>(view);
            whole.addAll(read);
            return opening(request.messages(), whole, request);
        }
    }

    private Place opening(List<Message> told, List<Message> read, Request request) {
        return new Place(null, told, read, model.turns().opening(read, request.tools()));
    }

    /// Ids of what follows an answer, the last of the messages.
    private TurnEncoder.Added next(List<Message> view, List<Message> read, Request request, int[] ids, int turn) {
        return model.turns()
                .continuation(view.subList(0, view.size() - 1), read, request.tools(), ids[ids.length - 1], turn);
    }

    /// Key of the noise. In this process a conversation's is that of its number; over the endpoint, where
    /// agents may ask in any order, that of what opens it. Whoever asks the same again gets other noise, unless
    /// there is a seed.
    private long noise(Place place, Request request, int sample) {
        Turn parent = place.parent();
        if (parent == null && !request.remote()) {
            return settings.noiseKey(roots++);
        }
        long read = SamplingSettings.hash(place.added().ids());
        long key = parent == null ? settings.noiseKey(read) : parent.noise();
        Long seed = request.seed();
        if (seed != null) {
            return SamplingSettings.mix(SamplingSettings.mix(key, seed), sample);
        }
        int before = asked.merge(new Asked(parent, read), 1, Integer::sum) - 1;
        return before == 0 ? key : SamplingSettings.mix(key, before);
    }

    private Answer answer(Draft draft, Request request) {
        int room = room(draft, request);
        if (room <= 0) {
            return full(draft);
        }
        for (int corrections = 0; ; corrections++) {
            int prompt = draft.prompt().length;
            Sample sample = Sample.of(generate(draft, request, room), model.tokenizer(), request.stops());
            ToolCallFormat.Answer read = model.calls().read(sample.text(), nextCallId());
            draft.sampled(sample, new Message(ASSISTANT, sample.text(), read.calls(), null), request.trained());
            boolean mayCorrect = request.remote() && request.mayCall() && corrections < MAX_CORRECTIONS;
            room = mayCorrect ? correct(draft, request, read.calls()) : 0;
            if (room <= 0) {
                return keep(draft, request, sample, read, prompt);
            }
        }
    }

    /// Tells the model that it made no call that can be understood, if so, and if there is room for another try.
    ///
    /// @return tokens that it may sample; 0 or less: nothing was told
    private int correct(Draft draft, Request request, List<Message.ToolCall> calls) {
        if (calls.isEmpty() || !calls.stream().allMatch(Message.ToolCall::malformed)) {
            return 0;
        }
        List<Message> errors = model.calls()
                .asRead(calls.stream().map(call -> error(call.id())).toList());
        TurnEncoder.Added added;
        try {
            added = next(draft.wholeView(), errors, request, draft.prompt(), draft.number);
        } catch (ChatTemplateException e) {
            return 0; // a template that knows no tools
        }
        int room = room(draft.prompt().length + added.ids().length, request);
        if (room > 0) {
            draft.read(added, errors);
            synchronized (this) {
                malformedCalls += calls.size();
            }
        }
        return room;
    }

    private int room(Draft draft, Request request) {
        return room(draft.prompt().length, request);
    }

    private int room(int prompt, Request request) {
        int answer = Math.min(settings.maxTurnTokens(), request.maxTokens());
        return Math.min(answer, settings.maxModelTokens() - prompt);
    }

    /// No room for another token: the agent gets an empty answer, which ends its loop.
    private Answer full(Draft draft) {
        int prompt = draft.prompt().length;
        if (draft.opens()) {
            throw new EpisodeFailedException(new Failure(
                    "prompt-too-long",
                    "The prompt has " + prompt + " tokens and the model may read " + settings.maxModelTokens()
                            + "; raise rollout.max_model_len or leave the task out.",
                    false));
        }
        return new Answer("", List.of(), GenerateResponse.LENGTH, prompt, 0, new int[0], new float[0]);
    }

    private synchronized String nextCallId() {
        return "call-" + answers++ + "-";
    }

    private GenerateResponse generate(Draft draft, Request request, int room) {
        long start = System.nanoTime();
        try {
            Deadline end = deadline.atMost(settings.generateTimeout());
            Double temperature = request.temperature();
            return policy.generate(
                    settings.episode(),
                    new GenerateRequest(
                            draft.prompt(),
                            room,
                            temperature == null ? settings.temperature() : temperature,
                            1.0,
                            0,
                            model.tokenizer().eosIds(),
                            draft.noise,
                            settings.minVersion(),
                            Math.max(1, end.left().toMillis())),
                    end);
        } finally {
            generated(System.nanoTime() - start);
        }
    }

    private synchronized void generated(long nanos) {
        generateNanos += nanos;
    }

    private synchronized Answer keep(
            Draft draft, Request request, Sample sample, ToolCallFormat.Answer read, int prompt) {
        requireOpen();
        List<Message.ToolCall> calls = read.calls();
        List<Message.ToolCall> understood =
                calls.stream().filter(call -> !call.malformed()).toList();
        List<String> malformed = calls.stream()
                .filter(Message.ToolCall::malformed)
                .map(Message.ToolCall::id)
                .toList();
        malformedCalls += malformed.size();
        String text = read.text();
        if (!request.mayCall()) {
            understood = List.of();
        }
        if (!request.remote()) {
            malformedIds.addAll(malformed);
            turns.add(draft.finish(told(text, calls), List.of()));
        } else if (understood.isEmpty()) {
            calls = understood;
            text = read.calls().isEmpty() ? text : sample.text();
            turns.add(draft.finish(new Message(ASSISTANT, text, List.of(), null), List.of()));
        } else {
            calls = understood;
            turns.add(draft.finish(new Message(ASSISTANT, text, understood, null), malformed));
        }
        return new Answer(
                text, calls, sample.finishReason(), prompt, draft.sampledTokens(), sample.ids(), sample.logProbs());
    }

    /// An assistant's message as an agent in this process sends it back: frameworks write the arguments anew, so
    /// that only the calls' ids count.
    static Message told(String text, List<Message.ToolCall> calls) {
        return new Message(
                ASSISTANT,
                text,
                calls.stream()
                        .map(call -> new Message.ToolCall(call.id(), "", "", false))
                        .toList(),
                null);
    }

    /// What the model reads: in a malformed call's place how to write one, and calls that it is told to have made
    /// as it writes them.
    private List<Message> asRead(@Nullable Turn parent, List<Message> messages) {
        List<Message> read = new ArrayList<>();
        if (parent != null) {
            parent.unanswered().forEach(id -> read.add(error(id)));
        }
        for (Message message : messages) {
            String id = message.toolCallId();
            read.add(
                    id != null && malformedIds.contains(id)
                            ? error(id)
                            : model.calls().written(message));
        }
        return model.calls().asRead(read);
    }

    private Message error(String callId) {
        return new Message(TOOL, model.calls().howToCall(), List.of(), callId);
    }

    /// Counts a tool's call.
    synchronized void toolCalled(long nanos) {
        toolCalls++;
        toolNanos += nanos;
    }

    private void requireOpen() {
        if (failure != null) {
            throw failure;
        }
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
        Set<Turn> parents = new HashSet<>();
        turns.forEach(turn -> Optional.ofNullable(turn.parent()).ifPresent(parents::add));
        List<Turn> leaves = turns.stream()
                .filter(turn -> !parents.contains(turn))
                .sorted(Comparator.comparingInt(Turn::order))
                .toList();
        Set<Turn> taken = new HashSet<>();
        List<Timeline> timelines =
                leaves.stream().map(leaf -> leaf.timeline(taken)).toList();
        Trajectory trajectory = new Trajectory(Absorption.absorb(timelines));
        int sampled = trajectory.lossTokens();
        return new Recording(
                Recording.mainConversation(leaves, timelines),
                trajectory,
                lastReason,
                new EpisodeFinished.Usage(
                        trajectory.tokens() - sampled,
                        sampled,
                        answers,
                        toolCalls,
                        generateNanos / 1_000_000,
                        toolNanos / 1_000_000,
                        malformedCalls));
    }
}
