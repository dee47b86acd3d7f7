package dev.hone.rollout.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.task.Task;
import dev.hone.policy.chat.ChatTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An episode for people, as JSON.
///
/// @param state `queued`, `running`, `finished` or `dropped`
/// @param timelines tokens; empty until it has ended
record EpisodeView(
        EpisodeKey episode,
        String state,
        Task task,
        @Nullable Failure failure,
        Map<String, String> output,
        List<Message> messages,
        EpisodeFinished.Usage usage,
        List<TimelineView> timelines) {

    /// One timeline.
    record TimelineView(List<TokenView> tokens, List<Timeline.Span> spans) {}

    /// One token.
    ///
    /// @param logProb natural log-probability; null where the policy did not sample it
    /// @param inLoss whether the policy sampled it
    /// @param version of the policy that sampled it; null where it did not
    record TokenView(
            int id,
            String text,
            @Nullable Float logProb,
            boolean inLoss,
            @Nullable Integer version) {}

    static EpisodeView open(EpisodeKey key, EpisodeState state, Task task) {
        return new EpisodeView(
                key, label(state), task, null, Map.of(), List.of(), EpisodeFinished.Usage.NONE, List.of());
    }

    static EpisodeView withoutTokens(EpisodeFinished finished) {
        return of(finished, List.of());
    }

    static EpisodeView of(EpisodeFinished finished, ChatTokenizer tokenizer) {
        List<TimelineView> timelines = new ArrayList<>();
        if (finished.trajectory().length > 0) {
            for (Timeline timeline : Trajectory.decode(finished.trajectory()).timelines()) {
                timelines.add(new TimelineView(tokens(timeline, tokenizer), timeline.spans()));
            }
        }
        return of(finished, timelines);
    }

    private static EpisodeView of(EpisodeFinished finished, List<TimelineView> timelines) {
        return new EpisodeView(
                finished.episode(),
                label(EpisodeState.FINISHED),
                finished.task(),
                finished.failure(),
                finished.output(),
                finished.messages(),
                finished.usage(),
                timelines);
    }

    private static List<TokenView> tokens(Timeline timeline, ChatTokenizer tokenizer) {
        int[] ids = timeline.tokenIds();
        int[] versions = new int[ids.length];
        Arrays.fill(versions, -1);
        for (Timeline.VersionSpan span : timeline.versions()) {
            Arrays.fill(versions, span.start(), span.end(), span.version());
        }
        List<String> texts = tokenizer.tokenTexts(ids);
        List<TokenView> tokens = new ArrayList<>(ids.length);
        for (int t = 0; t < ids.length; t++) {
            boolean sampled = timeline.inLoss(t);
            tokens.add(new TokenView(
                    ids[t],
                    texts.get(t),
                    sampled ? timeline.logProbs()[t] : null,
                    sampled,
                    versions[t] < 0 ? null : versions[t]));
        }
        return tokens;
    }

    private static String label(EpisodeState state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }
}
