package dev.hone.gateway.episode;

import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Episodes")
class CauseController {

    private final Causes causes;
    private final RunLookup runs;

    CauseController(Causes causes, RunLookup runs) {
        this.causes = causes;
        this.runs = runs;
    }

    /// Counts by cause.
    record CauseList(List<Causes.Count> causes) {}

    @Operation(
            summary = "Why 0? Episodes counted by the cause of their reward, step by step",
            description = "`/episodes` with the same purpose, step, state and cause lists those behind a count.")
    @GetMapping("/api/v1/runs/{run}/causes")
    CauseList causes(
            @PathVariable String run,
            @RequestParam(required = false) @Nullable String purpose,
            @RequestParam(required = false) @Nullable Integer step) {
        EpisodeQuery.requirePurpose(purpose);
        runs.require(run);
        return new CauseList(causes.of(run, purpose, step));
    }
}
