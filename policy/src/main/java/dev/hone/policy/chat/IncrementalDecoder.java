package dev.hone.policy.chat;

import java.util.Arrays;

/// Text of tokens as they come, whole characters only: bytes of an unfinished character wait for the rest of
/// it, whichever tokens they are in. Not thread-safe.
public final class IncrementalDecoder {

    private static final char INCOMPLETE = '\uFFFD';

    /// An unfinished UTF-8 character has at most 3 bytes; each may read as one U+FFFD.
    private static final int MAX_UNFINISHED = 3;

    private final ChatTokenizer tokenizer;
    private int[] ids = new int[64];
    private int size;

    /// Tokens before `context` are forgotten. What stands from there on is decoded again with each token, because a
    /// decoder may treat the first token of a text its own way.
    private int context;

    /// Tokens before `whole` were told to their last character.
    private int whole;

    /// What was told of the tokens from `context` on.
    private String told = "";

    IncrementalDecoder(ChatTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// The characters that this token completes; empty if it ends within a character.
    public String next(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
        String text = text();
        int end = text.length();
        while (end > told.length() && text.length() - end < MAX_UNFINISHED && text.charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        String fresh = text.substring(told.length(), end);
        if (end == text.length()) {
            settle();
        } else {
            told = text.substring(0, end);
        }
        return fresh;
    }

    /// What is left at the end: U+FFFD for bytes that never became a character.
    public String rest() {
        String text = text();
        int from = told.length();
        settle();
        return text.substring(from);
    }

    /// The text from `context` on; begins with what was told.
    private String text() {
        String text = tokenizer.decode(ids, context, size);
        if (!text.startsWith(told)) {
            // A decoder that reads a run of bytes as a whole finds it broken, or unfinished, what was told of it
            // included. That stands; the tokens since are read by themselves.
            context = whole;
            told = "";
            text = tokenizer.decode(ids, context, size);
        }
        return text;
    }

    /// Everything is told: the tokens since the last time are the context of what follows.
    private void settle() {
        context = whole;
        whole = size;
        told = tokenizer.decode(ids, context, size);
    }
}
