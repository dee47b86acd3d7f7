package dev.hone.policy.chat;

import java.util.Arrays;

/// Text of tokens as they come, whole characters only: bytes of an unfinished character wait for the rest of
/// it. Not thread-safe.
public final class IncrementalDecoder {

    private static final char INCOMPLETE = '\uFFFD';

    /// Tokens that may stay unread before they are taken for broken text: a UTF-8 character has 4 bytes.
    private static final int MAX_WAITING = 4;

    private final ChatTokenizer tokenizer;
    private int[] ids = new int[64];
    private int size;

    /// Tokens before `context` are forgotten; `[context, read)` are told already and are decoded again with
    /// what follows, because a decoder may treat the first token of a text its own way.
    private int context;

    private int read;

    IncrementalDecoder(ChatTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// The characters that this token completes; empty if it ends within a character.
    public String next(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
        String text = unread();
        boolean incomplete = !text.isEmpty() && text.charAt(text.length() - 1) == INCOMPLETE;
        return incomplete && size - read < MAX_WAITING ? "" : take(text);
    }

    /// What is left at the end: U+FFFD for bytes that never became a character.
    public String rest() {
        return read == size ? "" : take(unread());
    }

    private String unread() {
        String told = tokenizer.decode(ids, context, read);
        return tokenizer.decode(ids, context, size).substring(told.length());
    }

    private String take(String text) {
        context = read;
        read = size;
        return text;
    }
}
