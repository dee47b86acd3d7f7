package dev.hone.learner.offer;

import dev.hone.contracts.RunId;
import dev.hone.learner.publish.RunCatalog;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.Runs;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/// The runs of the learner's table.
@Component
class TrainedRuns implements RunCatalog {
    private final Runs runs;

    TrainedRuns(Runs runs) {
        this.runs = runs;
    }

    @Override
    public Path model(RunId run) {
        return Path.of(
                runs.find(run).orElseThrow(() -> unknown(run)).config().model().path());
    }

    @Override
    public ResponseStatusException notHosted(RunId run) {
        Optional<KnownRun> known = runs.find(run);
        if (known.isEmpty()) {
            return unknown(run);
        }
        return known.get().state().terminal()
                ? new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "Run " + run + " is " + known.get().state() + "; its weights do not generate any more.")
                : new ResponseStatusException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "The weights of run " + run + " are not loaded yet; try again.");
    }

    private static ResponseStatusException unknown(RunId run) {
        return new ResponseStatusException(
                HttpStatus.NOT_FOUND, "There is no run " + run + " here; submit it through the gateway.");
    }
}
