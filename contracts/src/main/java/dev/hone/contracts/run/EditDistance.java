package dev.hone.contracts.run;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Levenshtein distance: how many letters to insert, drop or change.
public final class EditDistance {

    private EditDistance() {}

    /// The candidate that a mistyped word probably means; empty if none is near: more than half of its letters differ.
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> between(word, candidate)))
                .filter(candidate -> between(word, candidate) <= Math.max(2, word.length() / 2));
    }

    static int between(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
