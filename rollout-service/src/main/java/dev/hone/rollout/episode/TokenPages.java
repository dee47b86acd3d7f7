package dev.hone.rollout.episode;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.TokenPage;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.policy.chat.ChatTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts the pages of an episode's tokens.
final class TokenPages {

    /// A character is at most 4 bytes, a byte at least a token: so many tokens on either side complete what the page
    /// cuts, and let a decoder that treats a text's first token its own way come to itself.
    private static final int CONTEXT = 8;

    private TokenPages() {}

    static TokenPage none(int attempt) {
        return new TokenPage(attempt, List.of(), 0, List.of());
    }

    static TokenPage of(EpisodeFinished finished, ChatTokenizer tokenizer, int from, int limit) {
        int attempt = finished.episode().attempt();
        if (finished.trajectory().length == 0) {
            return none(attempt);
        }
        List<Timeline> timelines = Trajectory.decode(finished.trajectory()).timelines();
        List<TokenPage.Token> tokens = new ArrayList<>();
        long begin = 0;
        long end = (long) from + limit;
        for (int i = 0; i < timelines.size(); i++) {
            int length = timelines.get(i).tokenIds().length;
            int first = (int) Math.clamp(from - begin, 0, length);
            int last = (int) Math.clamp(end - begin, 0, length);
            if (first < last) {
                add(tokens, timelines.get(i), i, first, last, tokenizer);
            }
            begin += length;
        }
        return new TokenPage(
                attempt,
                timelines.stream().map(timeline -> timeline.tokenIds().length).toList(),
                from,
                tokens);
    }

    private static void add(
            List<TokenPage.Token> tokens, Timeline timeline, int index, int first, int last, ChatTokenizer tokenizer) {
        int[] ids = timeline.tokenIds();
        int begin = Math.max(0, first - CONTEXT);
        List<String> texts = tokenizer.tokenTexts(Arrays.copyOfRange(ids, begin, Math.min(ids.length, last + CONTEXT)));
        for (int t = first; t < last; t++) {
            boolean sampled = timeline.inLoss(t);
            Timeline.Span span = span(timeline.spans(), t);
            tokens.add(new TokenPage.Token(
                    index,
                    t,
                    ids[t],
                    texts.get(t - begin),
                    sampled,
                    span == null ? null : span.role(),
                    span == null ? null : span.turn(),
                    sampled ? timeline.logProbs()[t] : null,
                    version(timeline, t)));
        }
    }

    private static Timeline.@Nullable Span span(List<Timeline.Span> spans, int t) {
        return spans.stream()
                .filter(span -> span.start() <= t && t < span.end())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Integer version(Timeline timeline, int t) {
        return timeline.versions().stream()
                .filter(span -> span.start() <= t && t < span.end())
                .map(Timeline.VersionSpan::version)
                .findFirst()
                .orElse(null);
    }
}
