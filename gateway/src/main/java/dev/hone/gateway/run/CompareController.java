package dev.hone.gateway.run;

import dev.hone.gateway.problem.ApiException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Runs")
class CompareController {

    private static final int MOST = 10;

    private final RunLookup lookup;
    private final Curve curve;
    private final RunSummaries summaries;

    CompareController(RunLookup lookup, Curve curve, RunSummaries summaries) {
        this.lookup = lookup;
        this.curve = curve;
        this.summaries = summaries;
    }

    @Operation(
            summary = "Compare runs: what they came to, settings that differ, and their curves",
            description = "Name `run` twice or more. Values stand in the order of the runs; null where a run has none."
                    + " `metric` limits the curves to some names.")
    @GetMapping("/api/v1/runs/compare")
    Comparison compare(@RequestParam List<String> run, @RequestParam(required = false) @Nullable List<String> metric) {
        if (run.size() < 2 || run.size() > MOST || new HashSet<>(run).size() < run.size()) {
            throw ApiException.badRequest(
                    "Not to be compared",
                    "run names " + run + "; name 2 to " + MOST + " different runs: ?run=ONE&run=OTHER.");
        }
        List<Run> runs = run.stream().map(lookup::get).toList();
        return new Comparison(
                runs.stream()
                        .map(one -> new Comparison.Compared(one.name(), one.state(), summaries.of(one)))
                        .toList(),
                Comparison.settings(runs.stream().map(Run::config).toList()),
                Comparison.metrics(
                        runs.stream().map(one -> curve.rows(one.name())).toList(),
                        metric == null ? Set.of() : new HashSet<>(metric)));
    }
}
