package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// A timeline whose tokens begin another one adds nothing but what it sampled: the longer one takes that
/// over. Every token that the policy sampled keeps its mask, log-probability and version; of a token sampled
/// in both, the longer timeline's own record stands.
final class Absorption {

    private Absorption() {}

    /// The timelines that are left, in the order given.
    static List<Timeline> absorb(List<Timeline> timelines) {
        List<Timeline> left = new ArrayList<>(timelines);
        List<Timeline> byLength = new ArrayList<>(timelines);
        byLength.sort(Comparator.comparingInt(t -> t.tokenIds().length));
        for (Timeline shorter : byLength) {
            int at = identityIndex(left, shorter);
            for (int i = 0; i < left.size(); i++) {
                if (i != at && begins(shorter, left.get(i))) {
                    left.set(i, merged(shorter, left.get(i)));
                    left.remove(at);
                    break;
                }
            }
        }
        return left;
    }

    private static int identityIndex(List<Timeline> timelines, Timeline wanted) {
        for (int i = 0; i < timelines.size(); i++) {
            if (timelines.get(i) == wanted) {
                return i;
            }
        }
        return -1;
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
