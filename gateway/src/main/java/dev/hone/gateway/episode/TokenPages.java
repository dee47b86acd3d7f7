package dev.hone.gateway.episode;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.contracts.rollout.TokenPage;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.problem.ApiException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// An episode's tokens, a page at a time: what was read and sampled (rollout-service), and what an update made of it
/// (learner-service).
@Component
class TokenPages {

    private static final String ROLLOUT = "rollout-service";
    private static final String LEARNER = "learner-service";

    private final ServiceCalls services;

    TokenPages(ServiceCalls services) {
        this.services = services;
    }

    /// A page.
    ///
    /// @param attempt whose tokens they are
    /// @param trained whether an update was made of them
    /// @param timelines how many tokens each timeline has
    /// @param total how many there are in all
    /// @param from index of the first one here, counted through the timelines one after another
    /// @param next send it as `from` to get the next page; null: this was the last
    record TokenList(
            int attempt,
            boolean trained,
            List<Integer> timelines,
            int total,
            int from,
            List<TrainedToken> tokens,
            @Nullable Integer next) {}

    /// One token: as it was recorded, and what an update made of it; all null where none was.
    ///
    /// @param advantage as it was trained on
    /// @param oldLogProb under the weights before the batch's first optimizer step
    /// @param ratio new over old probability, of the last pass over the batch
    record TrainedToken(
            @JsonUnwrapped TokenPage.Token recorded,
            @Nullable Float advantage,
            @Nullable Float oldLogProb,
            @Nullable Double ratio) {

        private static TrainedToken of(TokenPage.Token recorded) {
            return new TrainedToken(recorded, null, null, null);
        }

        private static TrainedToken of(TokenPage.Token recorded, float advantage, float oldLogProb, float newLogProb) {
            return new TrainedToken(recorded, advantage, oldLogProb, Math.exp((double) newLogProb - oldLogProb));
        }
    }

    /// @param path of the episode
    /// @param attempt which; null: the newest
    /// @param training whether an update may have been made of it
    TokenList page(String path, @Nullable Integer attempt, int from, int limit, boolean training) {
        TokenPage recorded = services.find(
                        ROLLOUT,
                        services.services()
                                .rollout()
                                .resolve(path + "/tokens?from=" + from + "&limit=" + limit
                                        + (attempt == null ? "" : "&attempt=" + attempt)),
                        body -> EventCodec.json().readValue(body, TokenPage.class))
                .orElseThrow(() -> ApiException.notFound(
                        "No such tokens",
                        "rollout-service keeps no tokens of " + path + (attempt == null ? "" : ", attempt " + attempt)
                                + "; its attempts are in the run's list of episodes."));
        Optional<TrainedTokens> update = training
                ? services.find(
                                LEARNER,
                                services.services().learner().resolve(path + "/tokens"),
                                body -> EventCodec.cbor().readValue(body, TrainedTokens.class))
                        .filter(tokens -> tokens.attempt() == recorded.attempt())
                : Optional.empty();
        List<TrainedToken> tokens = recorded.tokens().stream()
                .map(token -> update.flatMap(trained -> with(trained, token)).orElseGet(() -> TrainedToken.of(token)))
                .toList();
        int total = recorded.timelines().stream().mapToInt(Integer::intValue).sum();
        int end = from + tokens.size();
        return new TokenList(
                recorded.attempt(),
                update.isPresent(),
                recorded.timelines(),
                total,
                from,
                tokens,
                end < total && !tokens.isEmpty() ? end : null);
    }

    private static Optional<TrainedToken> with(TrainedTokens update, TokenPage.Token token) {
        return update.timelines().stream()
                .filter(timeline -> timeline.timeline() == token.timeline())
                .findFirst()
                .flatMap(timeline -> with(timeline, token));
    }

    private static Optional<TrainedToken> with(TrainedTokens.TimelineTokens timeline, TokenPage.Token token) {
        int at = Arrays.binarySearch(timeline.positions(), token.position());
        return at < 0
                ? Optional.empty()
                : Optional.of(TrainedToken.of(
                        token, timeline.advantages()[at], timeline.oldLogProbs()[at], timeline.newLogProbs()[at]));
    }
}
