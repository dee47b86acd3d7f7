package dev.hone.learner.publish;

import dev.hone.contracts.RunId;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.Runs;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// Finds what an address names, or says why it is not there.
final class HostedRuns {
    private HostedRuns() {}

    static RunId id(String run) {
        try {
            return new RunId(run);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, e.getMessage(), e);
        }
    }

    static KnownRun known(Runs runs, RunId run) {
        return runs.find(run)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "There is no run " + run + " here; submit it through the gateway."));
    }

    static PolicyHost.Hosted hosted(PolicyHost host, Runs runs, RunId run) {
        return host.of(run).orElseThrow(() -> {
            KnownRun known = known(runs, run);
            return known.state().terminal()
                    ? new ResponseStatusException(
                            HttpStatus.NOT_FOUND,
                            "Run " + run + " is " + known.state() + "; its weights do not generate any more.")
                    : new ResponseStatusException(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "The weights of run " + run + " are not loaded yet; try again.");
        });
    }
}
