package dev.hone.rollout.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AbsorptionTests {

    @Test
    void takesOverWhatAShorterTimelineSampled() {
        Timeline shorter = timeline(new int[] {1, 2, 3}, new int[] {1, 2}, 7);
        Timeline longer = timeline(new int[] {1, 2, 3, 4, 5}, new int[] {4}, 8);

        List<Timeline> left = Absorption.absorb(List.of(shorter, longer));

        assertThat(left).hasSize(1);
        assertThat(sampled(left.getFirst())).containsExactly(1, 2, 4);
        assertThat(left.getFirst().logProbs()).isEqualTo(new float[] {0, -1.7f, -2.7f, 0, -4.8f});
        assertThat(left.getFirst().versions())
                .containsExactly(new Timeline.VersionSpan(1, 3, 7), new Timeline.VersionSpan(4, 5, 8));
    }

    @Test
    void leavesTimelinesThatPart() {
        Timeline one = timeline(new int[] {1, 2, 3}, new int[] {2}, 7);
        Timeline other = timeline(new int[] {1, 9, 3, 4}, new int[] {3}, 7);

        assertThat(Absorption.absorb(List.of(one, other))).containsExactly(one, other);
    }

    @Test
    void keepsOneOfTwoThatAreTheSame() {
        Timeline one = timeline(new int[] {1, 2}, new int[] {1}, 7);
        Timeline same = timeline(new int[] {1, 2}, new int[] {1}, 7);

        assertThat(Absorption.absorb(List.of(one, same))).hasSize(1);
    }

    /// Every prefix that ended in a sampled token is still there, sampled, with one of the records it had; nothing
    /// else is; and no timeline left begins another.
    @Test
    void losesNoSampledTokenWhateverTheTimelines() {
        Random random = new Random(7);
        for (int trial = 0; trial < 2000; trial++) {
            List<Timeline> timelines = new ArrayList<>();
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                int[] ids = random.ints(1 + random.nextInt(7), 0, 2).toArray();
                int[] masked =
                        random.ints(0, ids.length).limit(4).distinct().sorted().toArray();
                timelines.add(timeline(ids, masked, random.nextInt(5)));
            }

            List<Timeline> left = Absorption.absorb(timelines);

            Map<List<Integer>, List<Float>> before = records(timelines);
            Map<List<Integer>, List<Float>> after = records(left);
            assertThat(after.keySet()).isEqualTo(before.keySet());
            after.forEach((prefix, logProbs) -> assertThat(before.get(prefix)).containsAll(logProbs));
            for (Timeline a : left) {
                assertVersionsCoverTheMask(a);
                for (Timeline b : left) {
                    assertThat(a != b && Arrays.mismatch(a.tokenIds(), b.tokenIds()) == a.tokenIds().length)
                            .isFalse();
                }
            }
        }
    }

    private static void assertVersionsCoverTheMask(Timeline timeline) {
        BitSet covered = new BitSet();
        for (Timeline.VersionSpan span : timeline.versions()) {
            for (int t = span.start(); t < span.end(); t++) {
                assertThat(covered.get(t)).isFalse();
                covered.set(t);
                assertThat(timeline.logProbs()[t]).isEqualTo(-t - span.version() / 10f);
            }
        }
        assertThat(covered).isEqualTo(BitSet.valueOf(timeline.lossMask()));
    }

    private static Map<List<Integer>, List<Float>> records(List<Timeline> timelines) {
        Map<List<Integer>, List<Float>> records = new HashMap<>();
        for (Timeline timeline : timelines) {
            for (int t : sampled(timeline)) {
                List<Integer> prefix =
                        Arrays.stream(timeline.tokenIds(), 0, t + 1).boxed().toList();
                records.computeIfAbsent(prefix, p -> new ArrayList<>()).add(timeline.logProbs()[t]);
            }
        }
        return records;
    }

    private static int[] sampled(Timeline timeline) {
        return BitSet.valueOf(timeline.lossMask()).stream().toArray();
    }

    /// Log-probability of token t: -t - version / 10.
    private static Timeline timeline(int[] ids, int[] masked, int version) {
        BitSet mask = new BitSet();
        float[] logProbs = new float[ids.length];
        List<Timeline.VersionSpan> versions = new ArrayList<>();
        for (int t : masked) {
            mask.set(t);
            logProbs[t] = -t - version / 10f;
            versions.add(new Timeline.VersionSpan(t, t + 1, version));
        }
        return new Timeline(ids, mask.toByteArray(), logProbs, merge(versions), List.of());
    }

    private static List<Timeline.VersionSpan> merge(List<Timeline.VersionSpan> spans) {
        List<Timeline.VersionSpan> merged = new ArrayList<>();
        for (Timeline.VersionSpan span : spans) {
            if (!merged.isEmpty() && merged.getLast().end() == span.start()) {
                merged.set(
                        merged.size() - 1,
                        new Timeline.VersionSpan(merged.getLast().start(), span.end(), span.version()));
            } else {
                merged.add(span);
            }
        }
        return merged;
    }
}
