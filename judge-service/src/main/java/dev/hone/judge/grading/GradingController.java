package dev.hone.judge.grading;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.judge.verifier.Habits;
import java.util.List;
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
    private final StoredEpisodes stored;

    GradingController(Grader grader, JudgedEpisodes episodes, StoredEpisodes stored) {
        this.grader = grader;
        this.episodes = episodes;
        this.stored = stored;
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
        return newest(run + "/" + purpose + "/" + step + "/" + group + "/" + sample);
    }

    /// Where the sample's newest judged attempt shows bad habits, in the order of its conversation.
    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/habits")
    List<HabitSighting> habits(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample) {
        EpisodeJudged judged = newest(run + "/" + purpose + "/" + step + "/" + group + "/" + sample);
        return Habits.sightings(stored.get(judged.episode().id()).messages());
    }

    private EpisodeJudged newest(String sampleId) {
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
