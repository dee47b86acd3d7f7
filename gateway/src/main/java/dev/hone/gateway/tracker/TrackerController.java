package dev.hone.gateway.tracker;

import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Runs")
class TrackerController {

    private final Tracking tracking;
    private final RunLookup runs;

    TrackerController(Tracking tracking, RunLookup runs) {
        this.tracking = tracking;
        this.runs = runs;
    }

    /// Trackers that the run's file names.
    record TrackerList(List<Tracking.State> trackers) {}

    @Operation(
            summary = "How far the run's trackers have been told",
            description =
                    "`newestTrain` and `newestEval`: the newest points that the tracker knows, -1 for none; `problem`:"
                            + " why it could not be told last time.")
    @GetMapping("/api/v1/runs/{run}/trackers")
    TrackerList trackers(@PathVariable String run) {
        runs.require(run);
        return new TrackerList(tracking.states(run));
    }
}
