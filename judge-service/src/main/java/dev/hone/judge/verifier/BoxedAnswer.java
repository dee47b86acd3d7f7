package dev.hone.judge.verifier;

import java.util.Optional;

/// Finds `\boxed{…}`, the way a model marks its answer.
final class BoxedAnswer {

    private static final String OPEN = "\\boxed";

    private BoxedAnswer() {}

    /// Whether there is a box, closed or not.
    static boolean isIn(String text) {
        return contentStart(text, text.length()) >= 0;
    }

    /// What the last closed box holds; its braces may nest, and escaped ones do not count.
    static Optional<String> last(String text) {
        int start = contentStart(text, text.length());
        while (start >= 0) {
            int end = closing(text, start);
            if (end >= 0) {
                return Optional.of(text.substring(start, end).strip());
            }
            start = contentStart(text, text.lastIndexOf(OPEN, start - 1));
        }
        return Optional.empty();
    }

    /// Start of the content of the last box that opens before `before`, or -1.
    private static int contentStart(String text, int before) {
        int at = text.lastIndexOf(OPEN, before - 1);
        while (at >= 0) {
            int brace = at + OPEN.length();
            while (brace < text.length() && Character.isWhitespace(text.charAt(brace))) {
                brace++;
            }
            if (brace < text.length() && text.charAt(brace) == '{') {
                return brace + 1;
            }
            at = at == 0 ? -1 : text.lastIndexOf(OPEN, at - 1);
        }
        return -1;
    }

    private static int closing(String text, int start) {
        int depth = 1;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
