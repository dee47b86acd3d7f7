package dev.hone.gateway.run;

import dev.hone.gateway.problem.ApiException;
import org.springframework.stereotype.Component;

/// Whether a run is there, for those who show parts of it.
@Component
public class RunLookup {

    private final Runs runs;

    RunLookup(Runs runs) {
        this.runs = runs;
    }

    /// @throws ApiException 404 if there is no such run
    public void require(String name) {
        if (!runs.existsById(name)) {
            throw unknown(name);
        }
    }

    /// @throws ApiException 404 if there is no such run; 410 if it has ended
    public void requireOpen(String name) {
        Run run = get(name);
        if (run.state().terminal()) {
            throw ApiException.gone(
                    "The run has ended", "Run '" + name + "' is " + run.state().label() + ": it has no more episodes.");
        }
    }

    /// @throws ApiException 404 if there is no such run
    Run get(String name) {
        return runs.findById(name).orElseThrow(() -> unknown(name));
    }

    static ApiException unknown(String name) {
        return ApiException.notFound("No such run", "There is no run '" + name + "'. GET /api/v1/runs lists them.");
    }
}
