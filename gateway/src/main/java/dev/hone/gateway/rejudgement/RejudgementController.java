package dev.hone.gateway.rejudgement;

import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.OwnCode;
import dev.hone.gateway.run.PostRunFile;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/runs/{run}/rejudgements")
@Tag(name = "Rejudgements")
class RejudgementController {

    private final JudgeService judge;
    private final RunLookup runs;

    RejudgementController(JudgeService judge, RunLookup runs) {
        this.judge = judge;
        this.runs = runs;
    }

    @Operation(
            summary = "Judge the run's stored episodes again",
            description = "The body is a run's YAML or JSON, of which `task_judge` counts; the parameters choose"
                    + " episodes. Nothing of the run changes. The same request again is the same set: what has been"
                    + " judged stays, what has come since is added.")
    @ApiResponse(
            responseCode = "202",
            description = "It is begun",
            content = @Content(mediaType = "application/json", schema = @Schema(types = "object")))
    @PostRunFile
    ResponseEntity<byte[]> start(
            @PathVariable String run,
            @RequestBody byte[] file,
            @RequestParam(required = false) @Nullable String purpose,
            @RequestParam(required = false) @Nullable Integer fromStep,
            @RequestParam(required = false) @Nullable Integer toStep,
            @RequestParam(required = false) @Nullable String cause,
            @RequestParam(required = false) @Nullable Boolean success,
            @RequestParam(defaultValue = "") String label) {
        runs.require(run);
        try {
            JudgeConfig how = RunConfigReader.read(new String(file, StandardCharsets.UTF_8))
                    .config()
                    .taskJudge();
            OwnCode.require(Caller.current(), how);
            return judge.post(
                    path(run),
                    new RejudgeRequest(
                            how, new RejudgeRequest.Selection(purpose, fromStep, toStep, cause, success), label));
        } catch (InvalidConfigException e) {
            throw ApiException.invalid(e);
        }
    }

    @Operation(summary = "List the run's rejudgements, newest first")
    @ApiResponse(
            responseCode = "200",
            description = "The rejudgements",
            content = @Content(mediaType = "application/json", schema = @Schema(types = "object")))
    @GetMapping
    ResponseEntity<byte[]> list(@PathVariable String run) {
        runs.require(run);
        return judge.get(path(run));
    }

    @Operation(summary = "Show how far a rejudgement is")
    @ApiResponse(
            responseCode = "200",
            description = "How far it is",
            content = @Content(mediaType = "application/json", schema = @Schema(types = "object")))
    @GetMapping("/{id:[0-9a-f]+}")
    ResponseEntity<byte[]> progress(@PathVariable String run, @PathVariable String id) {
        runs.require(run);
        return judge.get(path(run) + "/" + id);
    }

    @Operation(summary = "What a rejudgement changed: counts, mean rewards, and the episodes that flipped")
    @ApiResponse(
            responseCode = "200",
            description = "The report, a page of it",
            content = @Content(mediaType = "application/json", schema = @Schema(types = "object")))
    @GetMapping("/{id:[0-9a-f]+}/report")
    ResponseEntity<byte[]> report(
            @PathVariable String run,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "1000") int limit) {
        runs.require(run);
        return judge.get(path(run) + "/" + id + "/report?limit=" + limit + "&after=" + JudgeService.encoded(after));
    }

    private static String path(String run) {
        return "/api/v1/runs/" + run + "/rejudgements";
    }
}
