package dev.hone.rollout.episode;

import dev.hone.contracts.rollout.TokenPage;
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
    /// @param tokens whether to tell the timelines too
    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}")
    EpisodeView episode(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample,
            @RequestParam(required = false) @Nullable Integer attempt,
            @RequestParam(defaultValue = "true") boolean tokens) {
        Episode episode = find(run + "/" + purpose + "/" + step + "/" + group + "/" + sample, attempt);
        return episode.finished()
                .map(finished -> tokens
                        ? EpisodeView.of(
                                finished, models.of(finished.episode().run()).tokenizer())
                        : EpisodeView.withoutTokens(finished))
                .orElseGet(() -> EpisodeView.open(
                        episode.key(), episode.state(), episode.issued().task()));
    }

    /// A page of the tokens of all timelines, one after another.
    ///
    /// @param attempt which; without it the newest
    /// @param from index of the first, from 0
    /// @param limit how many
    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens")
    TokenPage tokens(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample,
            @RequestParam(required = false) @Nullable Integer attempt,
            @RequestParam(defaultValue = "0") int from,
            @RequestParam(defaultValue = "1000") int limit) {
        Episode episode = find(run + "/" + purpose + "/" + step + "/" + group + "/" + sample, attempt);
        return episode.finished()
                .map(finished -> TokenPages.of(
                        finished, models.of(finished.episode().run()).tokenizer(), from, limit))
                .orElseGet(() -> TokenPages.none(episode.key().attempt()));
    }

    private Episode find(String sampleId, @Nullable Integer attempt) {
        Episode episode = (attempt == null
                        ? episodes.findFirstBySampleIdOrderByAttemptDesc(sampleId)
                        : episodes.findBySampleIdAndAttempt(sampleId, attempt))
                .orElseThrow(() -> missing(sampleId, attempt));
        episode.trimmedAt().ifPresent(at -> {
            throw problem(
                    HttpStatus.GONE,
                    "The conversation and tokens of episode " + sampleId + " were let go at " + at
                            + ": they were older than hone.rollout.finished-episodes.max-age, or beyond its max-size.");
        });
        return episode;
    }

    private static ErrorResponseException missing(String sampleId, @Nullable Integer attempt) {
        return problem(
                HttpStatus.NOT_FOUND,
                "Episode " + sampleId + (attempt == null ? "" : ", attempt " + attempt + ",")
                        + " is not here; look in the run's list of episodes.");
    }

    private static ErrorResponseException problem(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }
}
