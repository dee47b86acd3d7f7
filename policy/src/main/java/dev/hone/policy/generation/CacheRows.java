package dev.hone.policy.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which timeline each cache row holds. Rows [0, live) belong to running sequences; rows [live, used) keep finished ones
 * until their place is needed. Rearranging is recorded and handed out as one batch of copies by {@link #takeMoves}.
 */
final class CacheRows {
    /** One row: the first {@code cached} tokens of {@code tokens} have their keys and values in the cache. */
    static final class Row {
        int[] tokens = {};
        int cached;
        long lastUsed;

        @Nullable
        Sequence sequence;
    }

    private final Row[] rows;
    private final int[] origins;
    private int live;
    private int used;
    private long clock;

    CacheRows(int capacity) {
        rows = new Row[capacity];
        Arrays.setAll(rows, i -> new Row());
        origins = IntStream.range(0, capacity).toArray();
    }

    int live() {
        return live;
    }

    int used() {
        return used;
    }

    Row row(int index) {
        return rows[index];
    }

    /** Forgets all content; no sequence may be running. */
    void clear() {
        live = 0;
        used = 0;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new Row();
            origins[i] = i;
        }
    }

    /** Ends the live rows' sequences without finishing them, and forgets all content. */
    List<Sequence> evictAll() {
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < live; i++) {
            sequences.add(sequence(i));
        }
        clear();
        return sequences;
    }

    Sequence sequence(int index) {
        Sequence sequence = rows[index].sequence;
        if (index >= live || sequence == null) {
            throw new IllegalStateException("Row %d of %d live rows runs no sequence.".formatted(index, live));
        }
        return sequence;
    }

    /** The row that holds the longest beginning of the first {@code limit} tokens, or -1. */
    int bestSource(int[] tokens, int limit) {
        int best = -1;
        int bestLength = 0;
        for (int i = 0; i < used; i++) {
            int common = commonPrefix(rows[i].tokens, rows[i].cached, tokens, limit);
            // Among equals, a row that would be used up whole serves in place.
            if (common > bestLength || (common == bestLength && common > 0 && i >= live && common == rows[i].cached)) {
                best = i;
                bestLength = common;
            }
        }
        return best;
    }

    static int commonPrefix(int[] a, int aLength, int[] b, int bLength) {
        int limit = Math.min(aLength, bLength);
        int mismatch = Arrays.mismatch(a, 0, limit, b, 0, limit);
        return mismatch < 0 ? limit : mismatch;
    }

    /** Gives the sequence a live row that begins with what {@code source} (or -1) shares with it; returns the row. */
    Row place(Sequence sequence, int source) {
        int limit = sequence.length() - 1;
        int common =
                source < 0 ? 0 : commonPrefix(rows[source].tokens, rows[source].cached, sequence.timeline(), limit);
        int target = live;
        if (source >= live && common == rows[source].cached) {
            swap(source, target);
        } else {
            int free = used < rows.length ? used++ : oldestRetained(source);
            int origin = source < 0 ? origins[free] : origins[source];
            origins[free] = origin;
            swap(free, target);
        }
        live++;
        Row row = new Row();
        row.tokens = sequence.timeline();
        row.cached = common;
        row.sequence = sequence;
        rows[target] = row;
        return row;
    }

    /** Frees the live row but keeps its content for a later turn. */
    void finish(int index) {
        Row row = rows[index];
        row.sequence = null;
        row.lastUsed = ++clock;
        swap(index, --live);
    }

    /** Copies [source, target] that bring the cache to the present arrangement. */
    List<int[]> takeMoves() {
        List<int[]> moves = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            if (origins[i] != i && rows[i].cached > 0) {
                moves.add(new int[] {origins[i], i});
            }
        }
        for (int i = 0; i < origins.length; i++) {
            origins[i] = i;
        }
        return moves;
    }

    /** Longest content among the targets of moves. */
    int longest(List<int[]> moves) {
        return moves.stream().mapToInt(move -> rows[move[1]].cached).max().orElse(0);
    }

    private int oldestRetained(int except) {
        int oldest = -1;
        for (int i = live; i < used; i++) {
            if (i != except && (oldest < 0 || rows[i].lastUsed < rows[oldest].lastUsed)) {
                oldest = i;
            }
        }
        if (oldest < 0) {
            oldest = except;
        }
        if (oldest < live) {
            throw new IllegalStateException("All %d rows are live.".formatted(rows.length));
        }
        return oldest;
    }

    private void swap(int a, int b) {
        Row row = rows[a];
        rows[a] = rows[b];
        rows[b] = row;
        int origin = origins[a];
        origins[a] = origins[b];
        origins[b] = origin;
    }
}
