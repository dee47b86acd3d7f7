package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One answer of the model and what was read since the one before: a node of the tree of an episode's
/// conversations. A timeline is a path from a root to a leaf; answers that were asked for at the same place
/// (several samples, a history that parts) are children of one turn, so that what they share is recorded once.
///
/// @param parent the turn that it goes on from; null: it opens a conversation
/// @param tools JSON schemas of functions, the same along a path
/// @param told messages since the parent as the agent knows them, the answer last: what its next request must
///     go on with
/// @param view the same messages as the model wrote and read them
/// @param unanswered ids of calls that the agent was not told of, because they could not be understood
/// @param noise key of the timeline's sampling noise
/// @param number of the model's turns along the path, this one included
/// @param order in which it was asked for within the episode
/// @param tokens what it adds to the path
record Turn(
        @Nullable Turn parent,
        List<Map<String, Object>> tools,
        List<Message> told,
        List<Message> view,
        List<String> unanswered,
        long noise,
        int number,
        int order,
        Tokens tokens) {

    Turn {
        told = List.copyOf(told);
        view = List.copyOf(view);
        unanswered = List.copyOf(unanswered);
    }

    /// The turns from the root to this one.
    List<Turn> path() {
        List<Turn> path = new ArrayList<>();
        for (Turn turn = this; turn != null; turn = turn.parent) {
            path.addFirst(turn);
        }
        return path;
    }

    /// Messages along the path as the model wrote and read them.
    List<Message> wholeView() {
        return path().stream().flatMap(turn -> turn.view.stream()).toList();
    }

    /// Messages along the path as the agent knows them.
    int toldMessages() {
        return path().stream().mapToInt(turn -> turn.told.size()).sum();
    }

    /// Ids along the path.
    int[] wholeIds() {
        return path().stream()
                .flatMapToInt(turn -> Arrays.stream(turn.tokens.ids))
                .toArray();
    }

    /// The path's tokens. Of those that the policy sampled only those count in the loss that no other timeline
    /// has taken.
    ///
    /// @param taken turns whose samples another timeline has; this one's are added
    Timeline timeline(Set<Turn> taken) {
        Tokens all = new Tokens();
        path().forEach(turn -> all.add(turn.tokens, taken.add(turn)));
        return all.timeline();
    }

    /// Turns are the same only if they are one: two may have sampled the same tokens.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /// Tokens as they come together. Only appended to.
    static final class Tokens {

        private int[] ids = new int[0];
        private float[] logProbs = new float[0];
        private final BitSet mask = new BitSet();
        private final List<Timeline.VersionSpan> versions = new ArrayList<>();
        private final List<Timeline.Span> spans = new ArrayList<>();

        /// Tokens that the model reads.
        void read(int[] more, List<Timeline.Span> theirSpans) {
            addSpans(theirSpans);
            append(more, new float[more.length]);
        }

        /// Tokens that the policy sampled.
        ///
        /// @param trained whether they count in the loss; log-probability and version are kept only of those
        void sampled(Sample sample, int turn, boolean trained) {
            int start = ids.length;
            append(sample.ids(), trained ? sample.logProbs() : new float[sample.ids().length]);
            if (trained) {
                mask.set(start, ids.length);
                addVersions(sample.versions(), start);
            }
            spans.add(new Timeline.Span(start, ids.length, "assistant", turn));
        }

        private void add(Tokens more, boolean withSamples) {
            int start = ids.length;
            addSpans(more.spans);
            append(more.ids, withSamples ? more.logProbs : new float[more.ids.length]);
            if (withSamples) {
                more.mask.stream().forEach(t -> mask.set(start + t));
                addVersions(more.versions, start);
            }
        }

        private void addSpans(List<Timeline.Span> more) {
            for (Timeline.Span span : more) {
                spans.add(new Timeline.Span(
                        ids.length + span.start(), ids.length + span.end(), span.role(), span.turn()));
            }
        }

        private void addVersions(List<Timeline.VersionSpan> more, int start) {
            for (Timeline.VersionSpan span : more) {
                versions.add(new Timeline.VersionSpan(start + span.start(), start + span.end(), span.version()));
            }
        }

        private void append(int[] moreIds, float[] moreLogProbs) {
            int old = ids.length;
            ids = Arrays.copyOf(ids, old + moreIds.length);
            logProbs = Arrays.copyOf(logProbs, ids.length);
            System.arraycopy(moreIds, 0, ids, old, moreIds.length);
            System.arraycopy(moreLogProbs, 0, logProbs, old, moreLogProbs.length);
        }

        int[] ids() {
            return ids;
        }

        Timeline timeline() {
            return new Timeline(ids.clone(), mask.toByteArray(), logProbs.clone(), versions, spans);
        }
    }
}
