package dev.hone.gateway.episode;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.gateway.preflight.ServicesProperties;
import dev.hone.gateway.problem.ApiException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;

/// An episode's tokens, a page at a time: what was read and sampled (rollout-service), and what an update made of it
/// (learner-service).
@Component
class TokenPages {

    private final RestClient client;
    private final ServicesProperties services;

    TokenPages(RestClient client, ServicesProperties services) {
        this.client = client;
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
    record Page(
            int attempt,
            boolean trained,
            List<Integer> timelines,
            int total,
            int from,
            List<Token> tokens,
            @Nullable Integer next) {}

    /// One token.
    ///
    /// @param timeline index of its timeline
    /// @param position index within the timeline
    /// @param text the characters that it completes
    /// @param inLoss whether the policy sampled it: the loss mask
    /// @param role of the message that it belongs to, or `template`
    /// @param turn the model's turn that it precedes or is
    /// @param logProb natural log-probability at sampling; null where the policy did not sample it
    /// @param version of the policy that sampled it
    /// @param advantage as it was trained on; null where it was not, as the next two
    /// @param oldLogProb under the weights before the batch's first optimizer step
    /// @param ratio new over old probability, of the last pass over the batch
    record Token(
            int timeline,
            int position,
            int id,
            String text,
            boolean inLoss,
            @Nullable String role,
            @Nullable Integer turn,
            @Nullable Float logProb,
            @Nullable Integer version,
            @Nullable Float advantage,
            @Nullable Float oldLogProb,
            @Nullable Double ratio) {

        private Token trained(float advantage, float oldLogProb, float newLogProb) {
            return new Token(
                    timeline,
                    position,
                    id,
                    text,
                    inLoss,
                    role,
                    turn,
                    logProb,
                    version,
                    advantage,
                    oldLogProb,
                    Math.exp((double) newLogProb - oldLogProb));
        }
    }

    /// rollout-service's answer.
    record Recorded(int attempt, List<Integer> timelines, int from, List<Token> tokens) {}

    /// @param path of the episode
    /// @param attempt which; null: the newest
    /// @param training whether an update may have been made of it
    Page page(String path, @Nullable Integer attempt, int from, int limit, boolean training) {
        URI address = services.rollout()
                .resolve(path + "/tokens?from=" + from + "&limit=" + limit
                        + (attempt == null ? "" : "&attempt=" + attempt));
        Recorded recorded = get(
                        "rollout-service", address, body -> EventCodec.json().readValue(body, Recorded.class))
                .orElseThrow(() -> ApiException.notFound(
                        "No such tokens",
                        "rollout-service keeps no tokens of " + path + (attempt == null ? "" : ", attempt " + attempt)
                                + "; its attempts are in the run's list of episodes."));
        Optional<TrainedTokens> update = training
                ? get(
                                "learner-service",
                                services.learner().resolve(path + "/tokens"),
                                body -> EventCodec.cbor().readValue(body, TrainedTokens.class))
                        .filter(tokens -> tokens.attempt() == recorded.attempt())
                : Optional.empty();
        List<Token> tokens =
                update.map(trained -> with(trained, recorded.tokens())).orElse(recorded.tokens());
        int total = recorded.timelines().stream().mapToInt(Integer::intValue).sum();
        int end = from + tokens.size();
        return new Page(
                recorded.attempt(),
                update.isPresent(),
                recorded.timelines(),
                total,
                from,
                tokens,
                end < total && !tokens.isEmpty() ? end : null);
    }

    private static List<Token> with(TrainedTokens update, List<Token> recorded) {
        List<Token> tokens = new ArrayList<>(recorded.size());
        for (Token token : recorded) {
            tokens.add(update.timelines().stream()
                    .filter(timeline -> timeline.timeline() == token.timeline())
                    .findFirst()
                    .map(timeline -> with(timeline, token))
                    .orElse(token));
        }
        return tokens;
    }

    private static Token with(TrainedTokens.TimelineTokens timeline, Token token) {
        int at = Arrays.binarySearch(timeline.positions(), token.position());
        return at < 0
                ? token
                : token.trained(timeline.advantages()[at], timeline.oldLogProbs()[at], timeline.newLogProbs()[at]);
    }

    private <T> Optional<T> get(String service, URI address, Function<byte[], T> reader) {
        try {
            return Optional.ofNullable(client.get().uri(address).retrieve().body(byte[].class))
                    .map(reader);
        } catch (HttpClientErrorException.NotFound e) {
            return Optional.empty();
        } catch (RestClientException | JacksonException e) {
            throw ApiException.badGateway(
                    service + " did not answer",
                    address + " gave no readable answer (" + e.getMessage() + "); see that " + service
                            + " is up, then ask again.");
        }
    }
}
