package dev.hone.learner.version;

import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.learner.publish.HostedRuns;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.Runs;
import dev.hone.policy.ModelFiles;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// `GET /api/v1/runs/{run}/versions` and what lies below.
@RestController
@RequestMapping("/api/v1/runs/{run}/versions")
class VersionController {

    private final Runs runs;
    private final Versions versions;
    private final VersionFiles files;

    VersionController(Runs runs, Versions versions, VersionFiles files) {
        this.runs = runs;
        this.versions = versions;
        this.files = files;
    }

    /// The run's versions, a page at a time.
    @GetMapping
    ModelVersions list(
            @PathVariable String run,
            @RequestParam(defaultValue = "-1") int after,
            @RequestParam(defaultValue = "100") int limit) {
        return versions.list(find(run), after, limit);
    }

    /// What a version was trained on, a page of training steps at a time.
    @GetMapping("/{version}/batches")
    TrainedBatches batches(
            @PathVariable String run,
            @PathVariable int version,
            @RequestParam(defaultValue = "0") int after,
            @RequestParam(defaultValue = "10") int limit) {
        return versions.batches(find(run).run(), version, after, limit);
    }

    /// The version's files, as a tar of a folder named `RUN-VERSION`. 409 if its weights are not kept.
    @GetMapping("/{version}/download")
    void download(@PathVariable String run, @PathVariable int version, HttpServletResponse response)
            throws IOException {
        ModelFiles found = files.of(find(run), version);
        try (TarOfFiles tar = TarOfFiles.open(run + "-" + version, found)) {
            response.setContentType("application/x-tar");
            tar.write(response.getOutputStream());
        }
    }

    /// Lays the version out in a folder. 409 if its weights are not kept.
    @PostMapping("/{version}/directory")
    ModelLocation directory(@PathVariable String run, @PathVariable int version) throws IOException {
        return files.locate(find(run), version);
    }

    private KnownRun find(String run) {
        RunId id = HostedRuns.id(run);
        return runs.find(id)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "There is no run " + id + " here; submit it through the gateway."));
    }
}
