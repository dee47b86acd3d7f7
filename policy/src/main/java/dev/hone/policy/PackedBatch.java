package dev.hone.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Sequences laid end to end without padding. Sequences that begin with the same tokens (the samples of a group) share one
 * segment for that prefix: it is computed once, and so is its gradient.
 *
 * @param ids [N] tokens of all segments
 * @param positions [N]
 * @param choices [N] index in {@code stretches} of the rotary frequencies that turn each token
 * @param stretches [K] names of the frequency sets in use; see {@link AttentionConfig#stretch}
 * @param sizes tokens of each segment
 * @param parents for each segment the segment that precedes it in its sequences, or -1
 * @param rows [M] packed index of the token before each target; in the order of the sequences given
 * @param targets [M] token ids
 * @param cooling [M] 1 / temperature
 */
record PackedBatch(
        long[] ids,
        long[] positions,
        long[] choices,
        long[] stretches,
        long[] sizes,
        long[] parents,
        long[] rows,
        long[] targets,
        float[] cooling) {
    /** Shorter common beginnings are not worth a segment of their own. */
    private static final int SHORTEST_PREFIX = 16;

    /**
     * @param stretch name of the frequency set of a timeline of this length; only equal ones share a prefix
     * @param sharing whether common beginnings are computed once; where launching many small operations costs more than
     *     computing them (a GPU), each sequence is better a segment of its own
     */
    static PackedBatch of(List<ScoredSequence> sequences, IntToLongFunction stretch, boolean sharing) {
        return new Packing(sequences, stretch, sharing).pack();
    }

    int tokens() {
        return ids.length;
    }

    private static final class Packing {
        private final List<ScoredSequence> sequences;
        private final boolean sharing;
        private final List<Long> sizes = new ArrayList<>();
        private final List<Long> parents = new ArrayList<>();
        private final int[] prefixStart;
        private final int[] prefixLength;
        private final int[] start;
        private final long[] ids;
        private final long[] positions;
        private final long[] choices;
        private final long[] stretch;
        private final long[] stretches;
        private int filled;

        Packing(List<ScoredSequence> sequences, IntToLongFunction stretchOf, boolean sharing) {
            this.sequences = sequences;
            this.sharing = sharing;
            stretch = sequences.stream()
                    .mapToLong(s -> stretchOf.applyAsLong(s.timelineLength()))
                    .toArray();
            stretches = Arrays.stream(stretch).distinct().sorted().toArray();
            prefixStart = new int[sequences.size()];
            prefixLength = new int[sequences.size()];
            start = new int[sequences.size()];
            int most =
                    sequences.stream().mapToInt(ScoredSequence::computedTokens).sum();
            ids = new long[most];
            positions = new long[most];
            choices = new long[most];
        }

        PackedBatch pack() {
            // Sorted by their tokens, sequences with a common beginning are neighbours.
            List<Integer> order = IntStream.range(0, sequences.size())
                    .filter(i -> sequences.get(i).computedTokens() > 0)
                    .boxed()
                    .sorted((a, b) -> Arrays.compare(
                            sequences.get(a).tokenIds(), sequences.get(b).tokenIds()))
                    .toList();
            for (int first = 0; first < order.size(); ) {
                first = packRun(order, first);
            }
            return targets();
        }

        /** Packs the sequences from {@code first} on that share a prefix; returns the index after them. */
        private int packRun(List<Integer> order, int first) {
            int leader = order.get(first);
            int shared = sequences.get(leader).computedTokens() - 1;
            int next = first + 1;
            while (sharing && next < order.size()) {
                int common = Math.min(shared, commonPrefix(leader, order.get(next)));
                if (common < SHORTEST_PREFIX || (next > first + 1 && common * 2 < shared)) {
                    break;
                }
                shared = common;
                next++;
            }
            if (next == first + 1) {
                shared = 0;
            }
            int parent = -1;
            int prefix = filled;
            if (shared > 0) {
                parent = append(leader, 0, shared, -1);
            }
            for (int i = first; i < next; i++) {
                int sequence = order.get(i);
                prefixStart[sequence] = prefix;
                prefixLength[sequence] = shared;
                start[sequence] = filled;
                append(sequence, shared, sequences.get(sequence).computedTokens(), parent);
            }
            return next;
        }

        private int append(int sequence, int from, int to, int parent) {
            ScoredSequence source = sequences.get(sequence);
            for (int i = from; i < to; i++) {
                ids[filled] = source.tokenIds()[i];
                choices[filled] = Arrays.binarySearch(stretches, stretch[sequence]);
                positions[filled++] = source.positions()[i];
            }
            sizes.add((long) to - from);
            parents.add((long) parent);
            return sizes.size() - 1;
        }

        /** Common beginning of two sequences, leaving each at least one token of its own. */
        private int commonPrefix(int a, int b) {
            ScoredSequence left = sequences.get(a);
            ScoredSequence right = sequences.get(b);
            if (stretch[a] != stretch[b]) {
                return 0;
            }
            int limit = Math.min(left.computedTokens(), right.computedTokens()) - 1;
            int length = 0;
            while (length < limit
                    && left.tokenIds()[length] == right.tokenIds()[length]
                    && left.positions()[length] == right.positions()[length]) {
                length++;
            }
            return length;
        }

        private PackedBatch targets() {
            int count = sequences.stream().mapToInt(s -> s.targets().length).sum();
            long[] rows = new long[count];
            long[] targets = new long[count];
            float[] cooling = new float[count];
            int next = 0;
            for (int s = 0; s < sequences.size(); s++) {
                ScoredSequence sequence = sequences.get(s);
                for (int t = 0; t < sequence.targets().length; t++) {
                    int before = sequence.targets()[t] - 1;
                    rows[next] =
                            before < prefixLength[s] ? prefixStart[s] + before : start[s] + before - prefixLength[s];
                    targets[next] = sequence.tokenIds()[before + 1];
                    cooling[next++] = 1 / sequence.temperatures()[t];
                }
            }
            return new PackedBatch(
                    Arrays.copyOf(ids, filled),
                    Arrays.copyOf(positions, filled),
                    Arrays.copyOf(choices, filled),
                    stretches,
                    sizes.stream().mapToLong(Long::longValue).toArray(),
                    parents.stream().mapToLong(Long::longValue).toArray(),
                    rows,
                    targets,
                    cooling);
        }
    }
}
