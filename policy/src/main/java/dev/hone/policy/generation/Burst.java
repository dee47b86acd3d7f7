package dev.hone.policy.generation;

import java.util.Arrays;
import java.util.List;

/**
 * What a burst begins with: one entry for each of its R rows.
 *
 * @param current each row's newest token, not yet in the cache
 * @param positions where that is
 * @param noise [R * tokens], row after row; uniform in [0, 1), or negative for the most likely token
 * @param cooling 1 / temperature
 * @param topK how many of the most likely tokens may be drawn
 * @param topP which share of probability they may make up; above 1: all
 * @param tokens that each row gains
 * @param tempered whether any cooling is not 1
 * @param greedy whether any noise is negative
 * @param filtered whether any row has a top-k or a top-p
 */
record Burst(
        long[] current,
        long[] positions,
        double[] noise,
        float[] cooling,
        long[] topK,
        float[] topP,
        int tokens,
        boolean tempered,
        boolean greedy,
        boolean filtered) {

    int rows() {
        return current.length;
    }

    /** The rows from {@code from} to before {@code to}. */
    Burst part(int from, int to) {
        return new Burst(
                Arrays.copyOfRange(current, from, to),
                Arrays.copyOfRange(positions, from, to),
                Arrays.copyOfRange(noise, from * tokens, to * tokens),
                Arrays.copyOfRange(cooling, from, to),
                Arrays.copyOfRange(topK, from, to),
                Arrays.copyOfRange(topP, from, to),
                tokens,
                tempered,
                greedy,
                filtered);
    }

    /** Cache positions in use when the burst is over. */
    int end() {
        long longest = 0;
        for (long position : positions) {
            longest = Math.max(longest, position);
        }
        return Math.toIntExact(longest) + tokens;
    }

    /**
     * What a burst made, row after row.
     *
     * @param tokens [R * tokens]
     * @param logProbs [R * tokens]
     */
    record Drawn(long[] tokens, float[] logProbs) {

        /** Parts that follow one another, as one. */
        static Drawn joined(List<Drawn> parts) {
            int size = parts.stream().mapToInt(part -> part.tokens.length).sum();
            Drawn all = new Drawn(new long[size], new float[size]);
            int from = 0;
            for (Drawn part : parts) {
                System.arraycopy(part.tokens, 0, all.tokens, from, part.tokens.length);
                System.arraycopy(part.logProbs, 0, all.logProbs, from, part.tokens.length);
                from += part.tokens.length;
            }
            return all;
        }
    }
}
