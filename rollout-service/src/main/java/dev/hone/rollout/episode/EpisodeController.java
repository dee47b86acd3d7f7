package dev.hone.rollout.episode;

import dev.hone.rollout.generation.ModelTexts;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Episodes for people: messages, and every token with its log-probability.
@RestController
@RequestMapping("/api/v1")
class EpisodeController {

    private final Episodes episodes;
    private final ModelTexts models;

    EpisodeController(Episodes episodes, ModelTexts models) {
        this.episodes = episodes;
        this.models = models;
    }

    /// @param attempt which; without it the newest
    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}")
    EpisodeView episode(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample,
            @RequestParam(required = false) @Nullable Integer attempt) {
        String sampleId = run + "/" + purpose + "/" + step + "/" + group + "/" + sample;
        Episode episode = (attempt == null
                        ? episodes.findFirstBySampleIdOrderByAttemptDesc(sampleId)
                        : episodes.findBySampleIdAndAttempt(sampleId, attempt))
                .orElseThrow(() -> missing(sampleId, attempt));
        return episode.finished()
                .map(finished -> EpisodeView.of(
                        finished, models.of(finished.episode().run()).tokenizer()))
                .orElseGet(() -> EpisodeView.open(
                        episode.key(), episode.state(), episode.issued().task()));
    }

    private static ErrorResponseException missing(String sampleId, @Nullable Integer attempt) {
        return new ErrorResponseException(
                HttpStatus.NOT_FOUND,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.NOT_FOUND,
                        "Episode " + sampleId + (attempt == null ? "" : ", attempt " + attempt + ",")
                                + " is not here; look in the run's list of episodes."),
                null);
    }
}
