package dev.hone.judge.rejudgement;

import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.judge.grading.Grader;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/runs/{run}/rejudgements")
class RejudgementController {

    private static final int MAX_LIMIT = 10_000;

    private final Rejudging rejudging;
    private final Rejudgements sets;
    private final RejudgeReports reports;
    private final Grader grader;

    RejudgementController(Rejudging rejudging, Rejudgements sets, RejudgeReports reports, Grader grader) {
        this.rejudging = rejudging;
        this.sets = sets;
        this.reports = reports;
        this.grader = grader;
    }

    /// Begins and returns at once; 422 if the judge does not work.
    @PostMapping
    ResponseEntity<Rejudgement> start(@PathVariable String run, @RequestBody RejudgeRequest request) {
        PreflightReport report = grader.check(request.judge());
        if (!report.ok()) {
            throw refused(report);
        }
        return ResponseEntity.accepted().body(rejudging.start(run, request));
    }

    /// Newest first.
    record RejudgementList(List<Rejudgement> rejudgements) {}

    @GetMapping
    RejudgementList list(@PathVariable String run) {
        return new RejudgementList(sets.of(run));
    }

    @GetMapping("/{id}")
    Rejudgement progress(@PathVariable String run, @PathVariable String id) {
        return rejudging.find(run, id).orElseThrow(() -> missing(run, id));
    }

    @GetMapping("/{id}/report")
    RejudgeReport report(
            @PathVariable String run,
            @PathVariable String id,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "1000") int limit) {
        return reports.report(progress(run, id), after, Math.clamp(limit, 1, MAX_LIMIT));
    }

    private static ErrorResponseException missing(String run, String id) {
        return new ErrorResponseException(
                HttpStatus.NOT_FOUND,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.NOT_FOUND,
                        "Run " + run + " has no rejudgement " + id + "; GET /api/v1/runs/" + run
                                + "/rejudgements lists them."),
                null);
    }

    private static ErrorResponseException refused(PreflightReport report) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT, "The judge cannot work as configured.");
        body.setTitle("The judge cannot work");
        body.setProperty("errors", report.problems());
        return new ErrorResponseException(HttpStatus.UNPROCESSABLE_CONTENT, body, null);
    }
}
