package dev.hone.task.curriculum;

/// The order of tasks in an epoch: Fisher and Yates's shuffle over [SplitMix64].
final class Shuffle {

    /// Keeps the shuffle's numbers apart from those of episodes.
    private static final long PURPOSE = 0x73687566666c65L; // "shuffle"

    private Shuffle() {}

    /// A permutation of `0 … tasks-1`, the same for one seed and epoch.
    static int[] order(int tasks, long seed, long epoch) {
        int[] order = inOrder(tasks);
        SplitMix64 random = new SplitMix64(SplitMix64.mix(PURPOSE, seed, epoch));
        for (int i = tasks - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    static int[] inOrder(int tasks) {
        int[] order = new int[tasks];
        for (int i = 0; i < tasks; i++) {
            order[i] = i;
        }
        return order;
    }
}
