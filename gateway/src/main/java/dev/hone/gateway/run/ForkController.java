package dev.hone.gateway.run;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Runs")
class ForkController {

    private final RunFork fork;

    ForkController(RunFork fork) {
        this.fork = fork;
    }

    @Operation(
            summary = "Begin a run with the weights that this one had after a step, and changed settings",
            description = "The new run has this one's configuration but for `set`; its steps count from 1 anew, its"
                    + " optimizer begins anew. 409 names the steps whose weights are kept.")
    @ApiResponse(
            responseCode = "201",
            description = "It is submitted; `Location` is the run",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @PostMapping("/api/v1/runs/{run}/fork")
    ResponseEntity<RunView> fork(@PathVariable String run, @RequestBody(required = false) @Nullable ForkRequest body) {
        Run made = fork.fork(run, body == null ? ForkRequest.PLAIN : body);
        return ResponseEntity.created(URI.create("/api/v1/runs/" + made.name())).body(RunView.of(made, List.of()));
    }
}
