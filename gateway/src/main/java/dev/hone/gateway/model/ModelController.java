package dev.hone.gateway.model;

import dev.hone.gateway.run.ModelOrigin;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models")
@Tag(name = "Models")
class ModelController {

    private final RunLookup runs;
    private final Models models;
    private final ModelDownload download;

    ModelController(RunLookup runs, Models models, ModelDownload download) {
        this.runs = runs;
        this.models = models;
        this.download = download;
    }

    @Operation(summary = "List the models of runs, newest first, a page at a time")
    @GetMapping
    ModelViews.ModelList list(
            @RequestParam(required = false) @Nullable String after, @RequestParam(defaultValue = "100") int limit) {
        List<ModelOrigin> found = runs.models(after, limit);
        List<ModelOrigin> page = found.subList(0, Math.min(limit, found.size()));
        return new ModelViews.ModelList(
                page, found.size() > limit ? page.getLast().run() : null);
    }

    @Operation(summary = "Show a run's model: where it came from, its versions, and which are kept")
    @GetMapping("/{run}")
    ModelViews.Model get(
            @PathVariable String run,
            @RequestParam(defaultValue = "-1") int after,
            @RequestParam(defaultValue = "100") int limit) {
        return models.model(run, after, limit);
    }

    @Operation(
            summary = "Show a version's lineage: parent, configuration, and every episode that it was trained on",
            description = "Batches come a page at a time: `limit` training steps after the step `after`. An episode's"
                    + " `task` is the dataset's row; `/api/v1/runs/{run}/episodes/train/{step}/{group}/{sample}` shows"
                    + " it whole. Where `parent` is given, the lineage goes on with that version.")
    @GetMapping("/{run}/{version}")
    ModelViews.Lineage lineage(
            @PathVariable String run,
            @PathVariable int version,
            @RequestParam(defaultValue = "0") int after,
            @RequestParam(defaultValue = "10") int limit) {
        return models.lineage(run, version, after, limit);
    }

    @Operation(
            summary = "Download a version as Hugging Face lays models out, as a tar",
            description = "Version 0 is what the run began with; the last one of a completed run is its export; another"
                    + " one's weights are float32, or the adapters where adapters are trained. 409 names the versions"
                    + " that are kept.")
    @ApiResponse(
            responseCode = "200",
            description = "A folder RUN-VERSION",
            content = @Content(mediaType = "application/x-tar", schema = @Schema(types = "string", format = "binary")))
    @GetMapping("/{run}/{version}/download")
    void download(@PathVariable String run, @PathVariable int version, HttpServletResponse response)
            throws IOException {
        runs.require(run);
        download.send(models.address(run, "/" + version + "/download"), run + "-" + version + ".tar", response);
    }
}
