package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import dev.hone.policy.chat.TurnEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A turn that is being made. One thread's.
final class Draft {

    final @Nullable Turn parent;
    final long noise;
    final int number;
    private final List<Map<String, Object>> tools;
    private final List<Message> before;
    private final List<Message> since;
    private final List<Message> view = new ArrayList<>();
    private final Turn.Tokens tokens = new Turn.Tokens();
    private int[] prompt;
    private int sampled;
    private final int order;

    /// @param since messages since the parent as the agent knows them
    /// @param noise key of the timeline's noise
    /// @param order in which it was asked for
    Draft(@Nullable Turn parent, List<Map<String, Object>> tools, List<Message> since, long noise, int order) {
        this.parent = parent;
        this.tools = tools;
        this.before = parent == null ? List.of() : parent.wholeView();
        this.since = since;
        this.prompt = parent == null ? new int[0] : parent.wholeIds();
        this.noise = noise;
        this.order = order;
        this.number = parent == null ? 1 : parent.number() + 1;
    }

    void read(TurnEncoder.Added added, List<Message> messages) {
        tokens.read(added.ids(), added.spans());
        view.addAll(messages);
        append(added.ids());
    }

    void sampled(Sample sample, Message written, boolean trained) {
        tokens.sampled(sample, number - 1, trained);
        view.add(written);
        append(sample.ids());
        sampled += sample.ids().length;
    }

    /// Whether the model has said nothing in the conversation so far.
    boolean opens() {
        return wholeView().stream().noneMatch(message -> message.role().equals("assistant"));
    }

    /// Everything from the conversation's beginning on, as the model wrote and read it.
    List<Message> wholeView() {
        List<Message> whole = new ArrayList<>(before);
        whole.addAll(view);
        return whole;
    }

    /// Tokens from the conversation's beginning on: what the model goes on from.
    int[] prompt() {
        return prompt;
    }

    int sampledTokens() {
        return sampled;
    }

    /// @param answer as the agent is told it
    /// @param unanswered ids of calls that the agent is not told of
    Turn finish(Message answer, List<String> unanswered) {
        List<Message> told = new ArrayList<>(since);
        told.add(answer);
        return new Turn(parent, tools, told, view, unanswered, noise, number, order, tokens);
    }

    private void append(int[] more) {
        int old = prompt.length;
        prompt = Arrays.copyOf(prompt, old + more.length);
        System.arraycopy(more, 0, prompt, old, more.length);
    }
}
