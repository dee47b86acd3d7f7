package dev.hone.learner.batch;

import dev.hone.contracts.rollout.Timeline;
import dev.hone.learner.episode.JudgedEpisode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How old tokens may be that an update is made of. A token's staleness is the version that the update starts from
/// less the version that sampled the token.
///
/// @param version that the update starts from: `s - 1` in step `s`
/// @param maxStaleness largest staleness; 0: tokens of that version only
public record StalenessBound(int version, int maxStaleness) {
    /// Why an episode with a token beyond the bound is left out.
    public static final String TOO_STALE = "too-stale";
    private static final String VERSION_UNPROVEN = "version-unproven";

    /// Marks a token that no span covers.
    private static final int UNKNOWN = -1;

    /// Why the episode may not be trained on: one of its tokens is older than the bound, or nothing says which known
    /// version sampled it. Empty if each of its tokens is proven to be within.
    Optional<String> violation(JudgedEpisode episode) {
        int[] versions = versions(episode).toArray();
        if (IntStream.of(versions).anyMatch(sampledBy -> sampledBy == UNKNOWN || sampledBy > version)) {
            return Optional.of(VERSION_UNPROVEN);
        }
        return IntStream.of(versions).anyMatch(sampledBy -> version - sampledBy > maxStaleness)
                ? Optional.of(TOO_STALE)
                : Optional.empty();
    }

    /// What sampled the tokens of these episodes; empty if they have none.
    Optional<TokenVersions> span(List<JudgedEpisode> episodes) {
        int[] versions =
                episodes.stream().flatMapToInt(StalenessBound::versions).toArray();
        return versions.length == 0
                ? Optional.empty()
                : Optional.of(new TokenVersions(
                        IntStream.of(versions).min().orElseThrow(),
                        IntStream.of(versions).max().orElseThrow(),
                        maxStaleness));
    }

    /// The version of each token that can be trained on: the first of a timeline has nothing before it.
    static IntStream versions(JudgedEpisode episode) {
        return episode.trajectory().timelines().stream()
                .flatMapToInt(timeline -> IntStream.range(1, timeline.tokenIds().length)
                        .filter(timeline::inLoss)
                        .map(token -> version(timeline, token)));
    }

    private static int version(Timeline timeline, int token) {
        for (Timeline.VersionSpan span : timeline.versions()) {
            if (span.start() <= token && token < span.end()) {
                return span.version();
            }
        }
        return UNKNOWN;
    }
}
