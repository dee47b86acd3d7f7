package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A timeline whose tokens begin another one adds nothing but what it sampled: the longer one takes that
/// over. Every token that the policy sampled keeps its mask, log-probability and version; of a token sampled
/// in both, the longer timeline's own record stands.
final class Absorption {

    private Absorption() {}

    /// The timelines that are left, in the order given.
    static List<Timeline> absorb(List<Timeline> timelines) {
        Timeline[] left = timelines.toArray(Timeline[]::new);
        boolean[] absorbed = new boolean[left.length];
        int[] shortestFirst = IntStream.range(0, left.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> left[i].tokenIds().length))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i : shortestFirst) {
            for (int j = 0; j < left.length && !absorbed[i]; j++) {
                if (i != j && !absorbed[j] && begins(left[i], left[j])) {
                    left[j] = merged(left[i], left[j]);
                    absorbed[i] = true;
                }
            }
        }
        return IntStream.range(0, left.length)
                .filter(i -> !absorbed[i])
                .mapToObj(i -> left[i])
                .toList();
    }

    private static boolean begins(Timeline shorter, Timeline longer) {
        int length = shorter.tokenIds().length;
        return length <= longer.tokenIds().length
                && Arrays.equals(shorter.tokenIds(), 0, length, longer.tokenIds(), 0, length);
    }

    private static Timeline merged(Timeline shorter, Timeline longer) {
        BitSet mask = BitSet.valueOf(longer.lossMask());
        float[] logProbs = longer.logProbs().clone();
        List<Timeline.VersionSpan> versions = new ArrayList<>(longer.versions());
        for (Timeline.VersionSpan span : shorter.versions()) {
            int start = -1;
            for (int t = span.start(); t <= span.end(); t++) {
                boolean taken = t < span.end() && shorter.inLoss(t) && !mask.get(t);
                if (taken) {
                    mask.set(t);
                    logProbs[t] = shorter.logProbs()[t];
                    start = start < 0 ? t : start;
                } else if (start >= 0) {
                    versions.add(new Timeline.VersionSpan(start, t, span.version()));
                    start = -1;
                }
            }
        }
        versions.sort(Comparator.comparingInt(Timeline.VersionSpan::start));
        return new Timeline(longer.tokenIds(), mask.toByteArray(), logProbs, versions, longer.spans());
    }
}
