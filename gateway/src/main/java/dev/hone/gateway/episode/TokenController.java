package dev.hone.gateway.episode;

import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Episodes")
class TokenController {

    private static final int MAX_LIMIT = 5000;

    private final TokenPages pages;
    private final RunLookup runs;

    TokenController(TokenPages pages, RunLookup runs) {
        this.pages = pages;
        this.runs = runs;
    }

    @Operation(
            summary = "Show an episode token by token, a page at a time",
            description = "Each token with its id, text, loss mask, log-probability and policy version; where an update"
                    + " was made of it also with advantage and ratio. `from` counts through the timelines one after"
                    + " another.")
    @GetMapping("/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens")
    TokenPages.TokenList tokens(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample,
            @RequestParam(required = false) @Nullable Integer attempt,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(defaultValue = "1000") int limit) {
        EpisodeQuery.requirePurpose(purpose);
        if (from < 0 || limit < 1 || limit > MAX_LIMIT) {
            throw ApiException.badRequest(
                    "Page out of range",
                    "from is " + from + " and limit " + limit + "; ask from 0 for 1 to " + MAX_LIMIT
                            + " tokens and follow `next`.");
        }
        runs.require(run);
        String path = "/api/v1/runs/" + run + "/episodes/" + purpose + "/" + step + "/" + group + "/" + sample;
        return pages.page(path, attempt, from, limit, purpose.equals("train"));
    }
}
