package dev.hone.learner.publish;

import dev.hone.contracts.RunId;
import dev.hone.learner.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// What others need to talk to a run's model: its small files, and which weights generate.
@RestController
class ModelController {
    private final RunCatalog runs;
    private final PolicyHost host;

    ModelController(RunCatalog runs, PolicyHost host) {
        this.runs = runs;
        this.host = host;
    }

    /// `GET /api/v1/runs/{run}/model/{file}`: `config.json`, the tokenizer's files or the chat template.
    @GetMapping("/api/v1/runs/{run}/model/{file}")
    ResponseEntity<byte[]> file(@PathVariable String run, @PathVariable String file) throws IOException {
        RunId id = HostedRuns.id(run);
        Path found = ModelDirectory.companion(runs.model(id), file)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "The model of run " + id + " has no file " + file + "."));
        return ResponseEntity.ok()
                .contentType(file.endsWith(".json") ? MediaType.APPLICATION_JSON : MediaType.TEXT_PLAIN)
                .body(Files.readAllBytes(found));
    }

    /// `GET /api/v1/runs/{run}/policy`: version and checksum of the weights that generate.
    @GetMapping("/api/v1/runs/{run}/policy")
    PolicyState policy(@PathVariable String run) {
        PolicyHost.Hosted hosted = HostedRuns.hosted(host, runs, HostedRuns.id(run));
        return new PolicyState(hosted.version(), hosted.checksum());
    }
}
