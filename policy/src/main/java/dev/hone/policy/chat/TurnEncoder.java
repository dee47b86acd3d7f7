package dev.hone.policy.chat;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each turn of a conversation adds to the tokens. Sampled ids are never rendered and tokenized again: a
/// turn's prompt is what stands there + what the template adds after it. Rollouts and supervised fine-tuning
/// both go through here, so their tokens are the same. Contents of messages cannot smuggle in special tokens
/// ([ChatTokenizer#protect(String)]). Thread-safe.
public final class TurnEncoder {

    private static final String SYSTEM = "system";
    private static final String ASSISTANT = "assistant";
    private static final String TEMPLATE = "template";

    /// Takes the place of an assistant's text where only what the template writes after it is of interest.
    private static final String STAND_IN = "stand-in-for-what-was-sampled";

    private static final int EXCERPT = 40;

    private final ChatTokenizer tokenizer;
    private final ChatTemplate template;
    private final Renderings renderings = new Renderings();

    public TurnEncoder(ChatTokenizer tokenizer, ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /// Ids to put in front of the model, and whose they are.
    ///
    /// @param ids `int[N]`
    /// @param spans ranges within `ids`; what the template adds has the role `template`
    public record Added(int[] ids, List<Timeline.Span> spans) {
        public Added {
            spans = List.copyOf(spans);
        }
    }

    /// The first turn's prompt: the messages, the tools and the opening of the assistant's turn.
    ///
    /// @param tools JSON schemas of functions; empty: none
    /// @throws ChatTemplateException if the template refuses the messages
    public Added opening(List<Message> messages, List<Map<String, Object>> tools) {
        return encode(render(messages, tools, true), 0, messages, 0);
    }

    /// What follows a sampled turn: its end, if the sample has none, the messages that came since, and the
    /// opening of the next turn.
    ///
    /// @param before the messages before the sampled turn, as they were told
    /// @param after the messages after it
    /// @param tools as in the opening
    /// @param lastSampledId the sample's last token
    /// @param turn of the model that comes next, from 0
    /// @throws RewrittenHistoryException if the template rewrites history when messages are added
    /// @throws ChatTemplateException if the template refuses the messages
    public Added continuation(
            List<Message> before, List<Message> after, List<Map<String, Object>> tools, int lastSampledId, int turn) {
        Added added = encode(afterTurn(before, after, tools, true), 0, after, turn);
        boolean ended = added.ids().length > 0 && added.ids()[0] == lastSampledId;
        if (!ended || !tokenizer.eosIds().contains(lastSampledId)) {
            return added;
        }
        List<Timeline.Span> spans = new ArrayList<>();
        for (Timeline.Span span : added.spans()) {
            if (span.end() > 1) {
                spans.add(new Timeline.Span(Math.max(0, span.start() - 1), span.end() - 1, span.role(), span.turn()));
            }
        }
        return new Added(Arrays.copyOfRange(added.ids(), 1, added.ids().length), spans);
    }

    /// A whole conversation as if the policy had sampled the assistant's messages: each is its text and the
    /// token that ends a turn, with mask 1. Log-probabilities are 0 and versions are empty.
    ///
    /// @param prompt system message and tools, put first unless the messages begin with a system message
    /// @throws IllegalArgumentException if no message is the assistant's
    public Timeline conversation(AgentPrompt prompt, List<Message> messages) {
        List<Message> all = new ArrayList<>();
        if (!prompt.system().isEmpty() && !messages.getFirst().role().equals(SYSTEM)) {
            all.add(new Message(SYSTEM, prompt.system(), List.of(), null));
        }
        all.addAll(messages);
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).role().equals(ASSISTANT)) {
                turns.add(i);
            }
        }
        if (turns.isEmpty()) {
            throw new IllegalArgumentException(
                    "A conversation of " + messages.size() + " messages has none of the assistant's to learn from.");
        }
        Tokens tokens = new Tokens();
        tokens.add(opening(all.subList(0, turns.getFirst()), prompt.tools()));
        for (int turn = 0; turn < turns.size(); turn++) {
            int at = turns.get(turn);
            int end = endOfTurn(all.subList(0, at), prompt.tools());
            tokens.sample(tokenizer.encodeLiterally(all.get(at).content()), end, turn);
            if (turn + 1 < turns.size()) {
                tokens.add(continuation(
                        all.subList(0, at), all.subList(at + 1, turns.get(turn + 1)), prompt.tools(), end, turn + 1));
            }
        }
        return tokens.timeline();
    }

    /// The token that the template ends an assistant's turn with; the model's usual one if it ends it with
    /// another.
    private int endOfTurn(List<Message> before, List<Map<String, Object>> tools) {
        int[] ids = tokenizer.encode(afterTurn(before, List.of(), tools, false));
        return ids.length > 0 && tokenizer.eosIds().contains(ids[0])
                ? ids[0]
                : tokenizer.eosIds().getFirst();
    }

    /// Text after the assistant's words. Up to these the template has to write what the policy read, but for blanks
    /// (Hermes 3 ends a tool's result with a line's end only once a message follows): that stands as it was
    /// recorded, and what comes after the words is all that counts. Whatever the template puts right in front
    /// of the words, the policy samples itself.
    private String afterTurn(
            List<Message> before, List<Message> after, List<Map<String, Object>> tools, boolean openNext) {
        String read = render(before, tools, true);
        List<Message> messages = new ArrayList<>(before);
        messages.add(new Message(ASSISTANT, STAND_IN, List.of(), null));
        messages.addAll(after);
        String whole = render(messages, tools, openNext);
        int visible = Blanks.visible(read);
        int common = Blanks.common(read, whole);
        int words = common < visible ? -1 : whole.indexOf(STAND_IN, Blanks.after(whole, visible));
        if (words < 0) {
            throw new RewrittenHistoryException("The chat template writes earlier messages differently once later ones"
                    + " follow (" + before.size() + " before the turn, " + after.size() + " after): where the policy"
                    + " read '" + excerpt(read, common) + "', it now writes '" + excerpt(whole, common)
                    + "', so that recorded tokens would not stand; use a template that only appends.");
        }
        return whole.substring(words + STAND_IN.length());
    }

    private static String excerpt(String text, int visible) {
        int from = Blanks.after(text, visible);
        return text.substring(from, Math.min(text.length(), from + EXCERPT)).replace("\n", "\\n");
    }

    private String render(List<Message> messages, List<Map<String, Object>> tools, boolean openNext) {
        return renderings.of(messages, tools, openNext, () -> template.render(view(messages), tools, openNext));
    }

    private List<Map<String, String>> view(List<Message> messages) {
        List<Map<String, String>> views = new ArrayList<>(messages.size());
        for (Message message : messages) {
            Map<String, String> view = new HashMap<>();
            view.put("role", message.role());
            view.put("content", tokenizer.protect(message.content()));
            if (message.toolCallId() != null) {
                view.put("tool_call_id", message.toolCallId());
            }
            views.add(view);
        }
        return views;
    }

    /// Ids of a rendered text; its parts that are a message's content get the message's role.
    private Added encode(String text, int from, List<Message> messages, int turn) {
        ChatTokenizer.Offsets offsets = tokenizer.offsets(text);
        List<Timeline.Span> spans = new ArrayList<>();
        int token = 0;
        int searchFrom = from;
        for (Message message : messages) {
            String content = tokenizer.protect(message.content()).strip();
            int start = content.isEmpty() ? -1 : text.indexOf(content, searchFrom);
            if (start < 0) {
                continue;
            }
            searchFrom = start + content.length();
            int first = firstAtOrAfter(offsets.starts(), token, start);
            int end = firstAtOrAfter(offsets.starts(), first, searchFrom);
            addSpan(spans, token, first, TEMPLATE, turn);
            addSpan(spans, first, end, message.role(), turn);
            token = end;
        }
        addSpan(spans, token, offsets.ids().length, TEMPLATE, turn);
        return new Added(offsets.ids(), spans);
    }

    private static void addSpan(List<Timeline.Span> spans, int start, int end, String role, int turn) {
        if (end > start) {
            spans.add(new Timeline.Span(start, end, role, turn));
        }
    }

    private static int firstAtOrAfter(int[] starts, int from, int position) {
        int i = from;
        while (i < starts.length && starts[i] < position) {
            i++;
        }
        return i;
    }

    /// A conversation's tokens as they come together.
    private static final class Tokens {
        private int[] ids = new int[0];
        private final BitSet mask = new BitSet();
        private final List<Timeline.Span> spans = new ArrayList<>();

        void add(Added added) {
            for (Timeline.Span span : added.spans()) {
                spans.add(new Timeline.Span(
                        ids.length + span.start(), ids.length + span.end(), span.role(), span.turn()));
            }
            append(added.ids());
        }

        void sample(int[] words, int end, int turn) {
            int start = ids.length;
            append(words);
            append(new int[] {end});
            mask.set(start, ids.length);
            spans.add(new Timeline.Span(start, ids.length, ASSISTANT, turn));
        }

        private void append(int[] more) {
            int old = ids.length;
            ids = Arrays.copyOf(ids, old + more.length);
            System.arraycopy(more, 0, ids, old, more.length);
        }

        Timeline timeline() {
            return new Timeline(ids, mask.toByteArray(), new float[ids.length], List.of(), spans);
        }
    }
}
