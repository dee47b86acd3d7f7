package dev.hone.learner.publish;

import dev.hone.contracts.RunId;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// Finds what an address names, or says why it is not there.
public final class HostedRuns {
    private HostedRuns() {}

    /// The run that an address names; 404 if nothing can be named so.
    public static RunId id(String run) {
        try {
            return new RunId(run);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, e.getMessage(), e);
        }
    }

    /// The run's weights; if they do not generate here, what the catalog says of it.
    public static PolicyHost.Hosted hosted(PolicyHost host, RunCatalog runs, RunId run) {
        return host.of(run).orElseThrow(() -> runs.notHosted(run));
    }
}
