package dev.hone.gateway.episode;

import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/v1/runs/{run}/episodes")
@Tag(name = "Episodes")
class EpisodeController {

    private static final double LONGEST_WAIT = 30;

    private final EpisodeRows rows;
    private final EpisodeDetails details;
    private final RunLookup runs;

    EpisodeController(EpisodeRows rows, EpisodeDetails details, RunLookup runs) {
        this.rows = rows;
        this.details = details;
        this.runs = runs;
    }

    /// One page.
    ///
    /// @param next send it as `after` to get the next page; null: this was the last
    record EpisodeList(List<EpisodeRow> episodes, @Nullable String next) {}

    @Operation(summary = "Search a run's episodes, a page at a time")
    @GetMapping
    EpisodeList list(
            @PathVariable String run,
            @ParameterObject @ModelAttribute EpisodeQuery query,
            @RequestParam(defaultValue = "100") int limit) {
        runs.require(run);
        List<EpisodeRow> found = rows.list(run, query, limit);
        boolean more = found.size() > limit;
        List<EpisodeRow> page = more ? found.subList(0, limit) : found;
        return new EpisodeList(page, more ? page.getLast().cursor() : null);
    }

    /// An episode with all that the services keep of it.
    ///
    /// @param attempts every attempt, newest first
    /// @param verdict judge-service's, on the newest attempt; null before
    /// @param rollout rollout-service's conversation and tokens; null before
    /// @param calls the tool calls of all attempts: code, times, outcome
    record Detail(
            List<EpisodeRow> attempts,
            @Schema(types = "object") JsonNode verdict,
            @Schema(types = "object") JsonNode rollout,
            @Schema(types = "array") JsonNode calls) {}

    @Operation(summary = "Begin the run's next episode, as an agent in a process of its own (user_workflow: external)")
    @ApiResponse(
            responseCode = "200",
            description = "The episode, and where its endpoint is",
            content = @Content(mediaType = "application/json", schema = @Schema(types = "object")))
    @ApiResponse(responseCode = "204", description = "There was none within the wait", content = @Content)
    @PostMapping("/begin")
    ResponseEntity<byte[]> begin(
            @PathVariable String run, @RequestParam(name = "wait_seconds", defaultValue = "20") double waitSeconds) {
        runs.requireOpen(run);
        return details.begin(run, Math.clamp(waitSeconds, 0, LONGEST_WAIT));
    }

    @Operation(summary = "Show an episode: attempts, verdict, conversation, tokens and tool calls")
    @GetMapping("/{purpose}/{step}/{group}/{sample}")
    Detail get(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample) {
        runs.require(run);
        List<EpisodeRow> attempts = rows.attempts(run, purpose, step, group, sample);
        if (attempts.isEmpty()) {
            throw ApiException.notFound(
                    "No such episode",
                    "Run " + run + " has no finished episode " + purpose + "/" + step + "/" + group + "/" + sample
                            + ". GET /api/v1/runs/" + run + "/episodes lists them.");
        }
        String path = "/api/v1/runs/" + run + "/episodes/" + purpose + "/" + step + "/" + group + "/" + sample;
        return new Detail(attempts, details.verdict(path), details.rollout(path), details.calls(path));
    }
}
