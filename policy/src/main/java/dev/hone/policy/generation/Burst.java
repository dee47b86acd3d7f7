package dev.hone.policy.generation;

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
    record Drawn(long[] tokens, float[] logProbs) {}
}
