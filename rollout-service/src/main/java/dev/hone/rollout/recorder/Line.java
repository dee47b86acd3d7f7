package dev.hone.rollout.recorder;

import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.policy.chat.TurnEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/// A timeline that is being recorded. Only appended to.
final class Line {

    final int index;
    final List<Map<String, Object>> tools;

    /// The conversation as the agent knows it, up to and including the last answer: what its next request
    /// must begin with.
    final List<Message> told = new ArrayList<>();

    /// The same messages as the model wrote and read them.
    final List<Message> view = new ArrayList<>();

    private int[] ids = new int[0];
    private float[] logProbs = new float[0];
    private final BitSet mask = new BitSet();
    private final List<Timeline.VersionSpan> versions = new ArrayList<>();
    private final List<Timeline.Span> spans = new ArrayList<>();
    private int turns;

    Line(int index, List<Map<String, Object>> tools) {
        this.index = index;
        this.tools = List.copyOf(tools);
    }

    /// Whether a request with these messages goes on where this timeline ends.
    boolean isBeginningOf(List<Message> messages, List<Map<String, Object>> withTools) {
        return turns > 0
                && messages.size() >= told.size()
                && tools.equals(withTools)
                && messages.subList(0, told.size()).equals(told);
    }

    void add(TurnEncoder.Added added) {
        for (Timeline.Span span : added.spans()) {
            spans.add(new Timeline.Span(ids.length + span.start(), ids.length + span.end(), span.role(), span.turn()));
        }
        append(added.ids(), new float[added.ids().length]);
    }

    void sampled(GenerateResponse response) {
        int start = ids.length;
        append(response.tokenIds(), response.logProbs());
        mask.set(start, ids.length);
        for (Timeline.VersionSpan span : response.versions()) {
            versions.add(new Timeline.VersionSpan(start + span.start(), start + span.end(), span.version()));
        }
        spans.add(new Timeline.Span(start, ids.length, "assistant", turns));
        turns++;
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

    int lastId() {
        return ids[ids.length - 1];
    }

    int turns() {
        return turns;
    }

    Timeline timeline() {
        return new Timeline(ids.clone(), mask.toByteArray(), logProbs.clone(), versions, spans);
    }
}
