package dev.hone.gateway.page;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import dev.hone.gateway.episode.EpisodeDetails;
import dev.hone.gateway.episode.EpisodeRow;
import dev.hone.gateway.episode.EpisodeRows;
import dev.hone.gateway.problem.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// Gathers what the services know of an episode.
@Component
class EpisodeLoader {

    private static final TypeReference<List<Message>> MESSAGES = new TypeReference<>() {};
    private static final TypeReference<List<HabitSighting>> SIGHTINGS = new TypeReference<>() {};
    private static final TypeReference<List<Episode.ToolRun>> CALLS = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final EpisodeRows rows;
    private final EpisodeDetails details;

    EpisodeLoader(EpisodeRows rows, EpisodeDetails details) {
        this.rows = rows;
        this.details = details;
    }

    /// @throws ApiException 404 if no such episode has ended; 502 if a service does not answer
    Episode load(String run, String purpose, int step, int group, int sample) {
        List<EpisodeRow> attempts = rows.attempts(run, purpose, step, group, sample);
        String path = "/runs/" + run + "/episodes/" + purpose + "/" + step + "/" + group + "/" + sample;
        if (attempts.isEmpty()) {
            throw ApiException.notFound(
                    "No such episode",
                    "Run " + run + " has no finished episode " + purpose + "/" + step + "/" + group + "/" + sample
                            + ". /runs/" + run + "/episodes lists them.");
        }
        String api = "/api/v1" + path;
        JsonNode rollout = details.conversation(api);
        Verdict verdict = verdict(details.verdict(api));
        JsonNode question = rollout.path("task").path("query");
        JsonNode failure = rollout.path("failure").path("message");
        return new Episode(
                run,
                path,
                attempts,
                question.isString() ? question.stringValue() : null,
                read(rollout.path("task").path("metadata"), TEXTS, Map.of()),
                failure.isString() ? failure.stringValue() : null,
                verdict,
                read(rollout.path("output"), TEXTS, Map.of()),
                Conversation.of(
                        read(rollout.path("messages"), MESSAGES, List.of()),
                        verdict == null ? List.of() : read(details.habits(api), SIGHTINGS, List.of())),
                read(details.calls(api), CALLS, List.of()));
    }

    private static @Nullable Verdict verdict(JsonNode judged) {
        return judged.isObject()
                ? EventCodec.json().treeToValue(judged, EpisodeJudged.class).verdict()
                : null;
    }

    private static <T> T read(JsonNode node, TypeReference<T> type, T otherwise) {
        return node.isMissingNode() || node.isNull()
                ? otherwise
                : EventCodec.json().readValue(EventCodec.json().treeAsTokens(node), type);
    }
}
