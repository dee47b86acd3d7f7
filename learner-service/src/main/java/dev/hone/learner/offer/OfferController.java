package dev.hone.learner.offer;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import dev.hone.learner.publish.HostedRuns;
import dev.hone.learner.publish.PolicyHost;
import dev.hone.learner.publish.RunCatalog;
import dev.hone.learner.run.Runs;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// What policy-servers ask for.
@RestController
class OfferController {
    private final Runs runs;
    private final RunCatalog catalog;
    private final PolicyHost host;
    private final WeightsOffer offer;

    OfferController(Runs runs, RunCatalog catalog, PolicyHost host, WeightsOffer offer) {
        this.runs = runs;
        this.catalog = catalog;
        this.host = host;
        this.offer = offer;
    }

    /// `GET /api/v1/policies`: the runs whose weights generate here and can be followed. Those that train adapters
    /// cannot:
    /// their masters are a model that stays and the adapters, and only the learner has both.
    @GetMapping("/api/v1/policies")
    List<HostedPolicy> policies() {
        return host
                .current()
                .flatMap(hosted -> runs.find(hosted.run())
                        .filter(known -> !known.config().trainerCommon().lora().active())
                        .map(known -> policy(hosted, known.config())))
                .stream()
                .toList();
    }

    private static HostedPolicy policy(PolicyHost.Hosted hosted, RunConfig config) {
        return new HostedPolicy(
                hosted.run().value(),
                hosted.version(),
                hosted.checksum(),
                config.trainerCommon().computeType(),
                config.rollout().maxEnvWorker(),
                config.trainerCommon().maxStaleness());
    }

    /// `GET /api/v1/runs/{run}/policy/weights?version=&checksum=`: the float32 weights of that version in one
    /// safetensors file; ranges of bytes are answered. 409 if it is not published yet, 410 if it is gone, 503 while
    /// its file is being made.
    @GetMapping("/api/v1/runs/{run}/policy/weights")
    ResponseEntity<Resource> weights(
            @PathVariable String run, @RequestParam int version, @RequestParam String checksum) {
        RunId id = HostedRuns.id(run);
        PolicyHost.Hosted hosted = HostedRuns.hosted(host, catalog, id);
        offer.ask();
        CompletableFuture<Path> file = offer.find(id, version, checksum);
        if (file != null && file.state() == Future.State.SUCCESS) {
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_OCTET_STREAM)
                    .body(new FileSystemResource(file.join()));
        }
        boolean present = hosted.version() == version && hosted.checksum().equals(checksum);
        throw present
                ? new ResponseStatusException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "The file of version " + version + " of run " + run + " is being made; ask again.")
                : absent(hosted, version, checksum);
    }

    private static ResponseStatusException absent(PolicyHost.Hosted hosted, int version, String checksum) {
        String now = "the weights are at version " + hosted.version() + " (" + hosted.checksum() + ")";
        return version > hosted.version()
                ? new ResponseStatusException(
                        HttpStatus.CONFLICT, "Version " + version + " is not published yet; " + now + ". Ask again.")
                : new ResponseStatusException(
                        HttpStatus.GONE,
                        "Version " + version + " (" + checksum + ") is gone; " + now + ". Follow those.");
    }
}
