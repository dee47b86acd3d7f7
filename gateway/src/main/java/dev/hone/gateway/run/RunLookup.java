package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.gateway.problem.ApiException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/// Whether a run is there, for those who show parts of it.
@Component
public class RunLookup {

    /// After every submission.
    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

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

    /// Where a run's weights come from.
    ///
    /// @throws ApiException 404 if there is no such run
    public ModelOrigin model(String name) {
        Run run = get(name);
        return ModelOrigin.of(run, run.config());
    }

    /// The same of a page of runs, newest first, and one more if there are more.
    ///
    /// @param after name of the last run of the page before; null: from the newest
    /// @throws ApiException 400 if the limit is none, 404 if there is no such run
    public List<ModelOrigin> models(@Nullable String after, int limit) {
        return page(RunPage.of(null, after, limit)).stream()
                .map(run -> ModelOrigin.of(run, run.config()))
                .toList();
    }

    /// @throws ApiException 404 if there is no such run
    public RunConfig config(String name) {
        return get(name).config();
    }

    /// The newest runs, newest first.
    List<Run> newest(int count) {
        List<Run> found = page(RunPage.of(null, null, count));
        return found.subList(0, Math.min(count, found.size()));
    }

    /// A page of runs, newest first, and one more if there are more.
    ///
    /// @throws ApiException 404 if there is no such run to go on after
    List<Run> page(RunPage page) {
        Run after = page.after() == null ? null : get(page.after());
        return runs.page(
                page.states() == null ? List.of(RunState.values()) : page.states(),
                after == null ? NEVER : after.submittedAt(),
                after == null ? "" : after.name(),
                Limit.of(page.limit() + 1));
    }

    /// @throws ApiException 404 if there is no such run
    Run get(String name) {
        return runs.findById(name).orElseThrow(() -> unknown(name));
    }

    static ApiException unknown(String name) {
        return ApiException.notFound("No such run", "There is no run '" + name + "'. GET /api/v1/runs lists them.");
    }
}
