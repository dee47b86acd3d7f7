package dev.hone.policy.chat;

/// Compares texts without regard to their blanks: spaces, tabs and ends of lines.
final class Blanks {

    private Blanks() {}

    /// How many of its characters are no blanks.
    static int visible(String text) {
        return (int) text.chars().filter(c -> !Character.isWhitespace(c)).count();
    }

    /// Index behind the first so many characters that are no blanks.
    static int after(String text, int visible) {
        int left = visible;
        int i = 0;
        while (left > 0) {
            left -= Character.isWhitespace(text.charAt(i++)) ? 0 : 1;
        }
        return i;
    }

    /// With how many characters that are no blanks both texts begin.
    static int common(String one, String other) {
        int common = 0;
        int i = next(one, 0);
        int j = next(other, 0);
        while (i < one.length() && j < other.length() && one.charAt(i) == other.charAt(j)) {
            common++;
            i = next(one, i + 1);
            j = next(other, j + 1);
        }
        return common;
    }

    private static int next(String text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
