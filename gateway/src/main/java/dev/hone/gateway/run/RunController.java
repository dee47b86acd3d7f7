package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.gateway.access.Callers;
import dev.hone.gateway.event.EventStreams;
import dev.hone.gateway.problem.ApiException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1/runs")
@Tag(name = "Runs")
class RunController {

    private final RunSubmission submission;
    private final RunControl control;
    private final RunLookup lookup;
    private final Curve curve;
    private final RunSummaries summaries;
    private final EventStreams streams;
    private final Callers callers;

    RunController(
            RunSubmission submission,
            RunControl control,
            RunLookup lookup,
            Curve curve,
            RunSummaries summaries,
            EventStreams streams,
            Callers callers) {
        this.submission = submission;
        this.control = control;
        this.lookup = lookup;
        this.curve = curve;
        this.summaries = summaries;
        this.streams = streams;
        this.callers = callers;
    }

    /// A file that can run.
    record Valid(boolean valid, String run, List<String> warnings, RunConfig config) {}

    @Operation(
            summary = "Submit a run",
            description = "The body is the run's file, YAML or JSON under the root `hone`. With"
                    + " `trainer_common.val_only` it is one evaluation, and trains nothing. With `validate=true` nothing"
                    + " is stored.")
    @ApiResponse(
            responseCode = "200",
            description = "It can run, and nothing is stored: `validate=true`",
            content = @Content(schema = @Schema(implementation = Valid.class)))
    @ApiResponse(
            responseCode = "201",
            description = "It is submitted; `Location` is the run",
            content = @Content(schema = @Schema(implementation = RunView.class)))
    @PostRunFile
    ResponseEntity<Object> submit(
            @RequestBody byte[] file, @RequestParam(name = "validate", defaultValue = "false") boolean validate) {
        String text = new String(file, StandardCharsets.UTF_8);
        if (validate) {
            RunSubmission.Checked checked = submission.check(text);
            return ResponseEntity.ok(new Valid(true, checked.run().value(), checked.warnings(), checked.config()));
        }
        Run run = submission.submit(text, null);
        return ResponseEntity.created(URI.create("/api/v1/runs/" + run.name())).body(view(run));
    }

    /// A page of runs, newest first.
    ///
    /// @param next send it as `after` to get the next page; null: this was the last
    record RunList(List<RunView.Line> runs, @Nullable String next) {}

    @Operation(summary = "List runs, newest first, a page at a time; `state` asks for those in some states")
    @GetMapping
    RunList list(
            @RequestParam(required = false) @Nullable List<String> state,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(defaultValue = "100") int limit) {
        List<Run> found = lookup.page(RunPage.of(state, after, limit));
        List<Run> page = found.subList(0, Math.min(limit, found.size()));
        return new RunList(
                page.stream().map(RunView.Line::of).toList(),
                found.size() > limit ? page.getLast().name() : null);
    }

    @Operation(summary = "Show a run: its state, progress, configuration, and why it failed")
    @GetMapping("/{run}")
    RunView get(@PathVariable String run) {
        return view(lookup.get(run));
    }

    @Operation(summary = "Pause: what is in flight is finished, nothing new is issued")
    @PostMapping("/{run}/pause")
    RunView pause(@PathVariable String run) {
        return view(control.control(run, RunControlled.Action.PAUSE));
    }

    @Operation(summary = "Go on after a pause")
    @PostMapping("/{run}/resume")
    RunView resume(@PathVariable String run) {
        return view(control.control(run, RunControlled.Action.RESUME));
    }

    @Operation(summary = "End the run; what is in flight is given up")
    @PostMapping("/{run}/cancel")
    RunView cancel(@PathVariable String run) {
        return view(control.control(run, RunControlled.Action.CANCEL));
    }

    /// The curve.
    record Steps(List<StepRow> steps) {}

    @Operation(summary = "The curve: training steps and evaluations that are done, in order")
    @GetMapping("/{run}/steps")
    Steps steps(@PathVariable String run) {
        lookup.require(run);
        return new Steps(curve.rows(run));
    }

    @Operation(summary = "What the run came to: reward, accuracy and bad habits, before and after")
    @GetMapping("/{run}/summary")
    RunSummary summary(@PathVariable String run) {
        return summaries.of(lookup.get(run));
    }

    @Operation(
            summary = "Watch a run as server-sent events",
            description = "Events `run`, `step`, `evaluation` and `progress`, from the first or from after"
                    + " `Last-Event-ID` (`after` says the same where a header cannot); the stream ends with the run. With"
                    + " `follow=false` it ends with the last event that there is.")
    @ApiResponse(
            responseCode = "200",
            description = "The events, each with an id",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(types = "string")))
    @GetMapping(path = "/{run}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(
            @PathVariable String run,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(name = "follow", defaultValue = "true") boolean follow) {
        lookup.require(run);
        BooleanSupplier letIn = callers.stillLetIn();
        return streams.open(
                run,
                eventId(lastEventId == null ? after : lastEventId),
                () -> !follow || !letIn.getAsBoolean() || lookup.ended(run));
    }

    private static long eventId(@Nullable String header) {
        try {
            return header == null || header.isBlank() ? 0 : Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "Not an event's id",
                    "Last-Event-ID is '" + header + "'; send the id of the last event that you have, a whole number, or"
                            + " leave the header out to get all.");
        }
    }

    private RunView view(Run run) {
        return RunView.of(run, curve.rows(run.name()));
    }
}
