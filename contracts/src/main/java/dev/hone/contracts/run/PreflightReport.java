package dev.hone.contracts.run;

import java.util.List;

/// Answer to `POST /api/v1/preflight` (body: a [RunConfig]) of task-, rollout-, judge- and learner-service: what would
/// stop
/// the run, found before anything is written.
public record PreflightReport(List<Problem> problems) {

    public PreflightReport {
        problems = List.copyOf(problems);
    }

    /// One thing that is wrong.
    ///
    /// @param key the configuration's key, for example `hone.model.path`
    /// @param message what is wrong, with the value, then what to do
    public record Problem(String key, String message) {}

    public boolean ok() {
        return problems.isEmpty();
    }
}
