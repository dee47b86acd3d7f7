package dev.hone.rollout.episode;

import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import dev.hone.rollout.endpoint.Endpoints;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.workflow.WorkflowOutput;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Agents in other processes: they begin an episode, work on it over its endpoint, and end it. For runs whose
/// `rollout.user_workflow` is `external`.
@RestController
@RequestMapping("/api/v1")
class OutsideController {

    private static final String EPISODE = "/episodes/{run}/{purpose}/{step}/{group}/{sample}/{attempt}";
    private static final double LONGEST_WAIT = 60;

    private final EpisodeWorkers workers;
    private final Endpoints endpoints;
    private final RolloutProperties properties;

    OutsideController(EpisodeWorkers workers, Endpoints endpoints, RolloutProperties properties) {
        this.workers = workers;
        this.endpoints = endpoints;
        this.properties = properties;
    }

    /// An episode that an agent has begun.
    ///
    /// @param episode its id
    /// @param episodeUrl where to send heartbeats and how it ended
    /// @param task the problem
    /// @param baseUrl of its OpenAI-compatible endpoint
    /// @param apiKey of the endpoint and of `episodeUrl`
    /// @param model the policy's name there
    /// @param secondsLeft until it has to have ended
    /// @param heartbeatSeconds how long it may be silent
    record Begun(
            String episode,
            String episodeUrl,
            Task task,
            String baseUrl,
            String apiKey,
            String model,
            double secondsLeft,
            double heartbeatSeconds) {}

    /// How an episode ended.
    ///
    /// @param finalAnswer for the judge
    /// @param reward the agent's own, if it has one
    /// @param metadata more for the judge and people
    record End(
            @Nullable String finalAnswer,
            @Nullable Double reward,
            @Nullable Map<String, String> metadata) {}

    /// @param reason for people
    record Abort(@Nullable String reason) {}

    /// Begins the run's next episode.
    ///
    /// @param waitSeconds how long to wait for one, at most 60
    /// @return 200, or 204 if there was none
    @PostMapping("/runs/{run}/episodes/begin")
    ResponseEntity<Begun> begin(
            @PathVariable String run, @RequestParam(name = "wait_seconds", defaultValue = "20") double waitSeconds)
            throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofMillis(Math.round(1000 * Math.clamp(waitSeconds, 0, LONGEST_WAIT))));
        while (true) {
            Optional<EpisodeTuner> taken = workers.takeForOutside(new RunId(run));
            if (taken.isPresent()) {
                return ResponseEntity.ok(begun(taken.get()));
            }
            if (deadline.passed() || !workers.isRunning()) {
                return ResponseEntity.noContent().build();
            }
            deadline.pause(properties.pollInterval());
        }
    }

    private Begun begun(EpisodeTuner tuner) {
        String id = tuner.issued().episode().id();
        return new Begun(
                id,
                endpoints.url() + "/api/v1/episodes/" + id,
                tuner.issued().task(),
                tuner.baseUrl(),
                tuner.apiKey(),
                EpisodeTuner.TRAINED,
                tuner.deadline().left().toMillis() / 1000.0,
                tuner.agent().silence().toMillis() / 1000.0);
    }

    /// The agent lives. So does one that uses the endpoint.
    @PostMapping(EPISODE + "/heartbeat")
    ResponseEntity<Void> heartbeat(
            @RequestHeader(name = "Authorization", defaultValue = "") String authorization,
            @PathVariable Map<String, String> path) {
        tuner(authorization, path).agent().sign();
        return ResponseEntity.noContent().build();
    }

    /// The agent has come to an end.
    ///
    /// @return 204, or 409 if it has already
    @PostMapping(EPISODE + "/end")
    ResponseEntity<Void> end(
            @RequestHeader(name = "Authorization", defaultValue = "") String authorization,
            @PathVariable Map<String, String> path,
            @RequestBody End end) {
        Map<String, String> metadata = new HashMap<>(end.metadata() == null ? Map.of() : end.metadata());
        if (end.finalAnswer() != null) {
            metadata.put(EpisodeFinished.FINAL_ANSWER, end.finalAnswer());
        }
        WorkflowOutput output = new WorkflowOutput(end.reward(), metadata);
        return ended(tuner(authorization, path).agent().end(output));
    }

    /// The agent gives up; the attempt is repeated.
    ///
    /// @return 204, or 409 if it has come to an end already
    @PostMapping(EPISODE + "/abort")
    ResponseEntity<Void> abort(
            @RequestHeader(name = "Authorization", defaultValue = "") String authorization,
            @PathVariable Map<String, String> path,
            @RequestBody(required = false) @Nullable Abort abort) {
        String reason = abort == null || abort.reason() == null ? "no reason given" : abort.reason();
        return ended(tuner(authorization, path).agent().abort(reason));
    }

    private static ResponseEntity<Void> ended(boolean first) {
        return ResponseEntity.status(first ? HttpStatus.NO_CONTENT : HttpStatus.CONFLICT)
                .build();
    }

    private EpisodeTuner tuner(String authorization, Map<String, String> path) {
        String id = String.join(
                "/",
                path.get("run"),
                path.get("purpose"),
                path.get("step"),
                path.get("group"),
                path.get("sample"),
                path.get("attempt"));
        return endpoints
                .find(authorization)
                .filter(tuner -> tuner.issued().episode().id().equals(id))
                .orElseThrow(() -> new ErrorResponseException(
                        HttpStatus.UNAUTHORIZED,
                        ProblemDetail.forStatusAndDetail(
                                HttpStatus.UNAUTHORIZED,
                                "This key does not open episode " + id
                                        + ", or the episode has ended; begin another one."),
                        null));
    }
}
