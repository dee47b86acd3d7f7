package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/// Whether a run is there for who asks, for those who show parts of it. A run of another project is not.
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
        Caller caller = Caller.current();
        boolean there =
                caller.everywhere() ? runs.existsById(name) : runs.existsByNameAndProject(name, caller.project());
        if (!there) {
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

    /// The newest runs of all projects, newest first.
    List<Run> newest(int count) {
        return runs.page(Caller.EVERY, List.of(RunState.values()), NEVER, "", Limit.of(count));
    }

    /// Whether the run has ended, whoever asks.
    boolean ended(String name) {
        return runs.findById(name).map(run -> run.state().terminal()).orElse(true);
    }

    /// Those of the runs that who asks may see, in their order.
    public List<String> visible(List<String> names) {
        Caller caller = Caller.current();
        return caller.everywhere() || names.isEmpty()
                ? names
                : names.stream()
                        .filter(new HashSet<>(runs.names(names, caller.project()))::contains)
                        .toList();
    }

    /// A page of runs, newest first, and one more if there are more.
    ///
    /// @throws ApiException 404 if there is no such run to go on after
    List<Run> page(RunPage page) {
        Run after = page.after() == null ? null : get(page.after());
        return runs.page(
                Caller.current().project(),
                page.states() == null ? List.of(RunState.values()) : page.states(),
                after == null ? NEVER : after.submittedAt(),
                after == null ? "" : after.name(),
                Limit.of(page.limit() + 1));
    }

    /// @throws ApiException 404 if there is no such run
    Run get(String name) {
        return seen(runs.findById(name), name);
    }

    /// The run, if who asks may see it.
    ///
    /// @throws ApiException 404 if there is none, or none of its project
    static Run seen(Optional<Run> run, String name) {
        return run.filter(found -> Caller.current().sees(found.project())).orElseThrow(() -> unknown(name));
    }

    static ApiException unknown(String name) {
        return ApiException.notFound("No such run", "There is no run '" + name + "'. GET /api/v1/runs lists them.");
    }
}
