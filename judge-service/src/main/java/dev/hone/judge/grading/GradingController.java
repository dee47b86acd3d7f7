package dev.hone.judge.grading;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class GradingController {

    private final Grader grader;
    private final JudgedEpisodes episodes;

    GradingController(Grader grader, JudgedEpisodes episodes) {
        this.grader = grader;
        this.episodes = episodes;
    }

    @PostMapping("/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        return grader.check(config.taskJudge());
    }

    /// The verdict on the sample's newest attempt.
    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/verdict")
    EpisodeJudged verdict(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample) {
        String sampleId = run + "/" + purpose + "/" + step + "/" + group + "/" + sample;
        return episodes.findFirstBySampleIdOrderByAttemptDesc(sampleId)
                .map(JudgedEpisode::event)
                .orElseThrow(() -> new ErrorResponseException(
                        HttpStatus.NOT_FOUND,
                        ProblemDetail.forStatusAndDetail(
                                HttpStatus.NOT_FOUND,
                                "Episode " + sampleId + " has no verdict; it is not judged yet, or was never issued:"
                                        + " look in the run's list of episodes."),
                        null));
    }
}
