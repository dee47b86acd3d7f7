package dev.hone.gateway.episode;

import dev.hone.gateway.preflight.ServiceCalls;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// What the services keep of an episode, as they show it.
@Component
public class EpisodeDetails {

    private static final String ROLLOUT = "rollout-service";
    private static final String JUDGE = "judge-service";

    private final ServiceCalls calls;

    EpisodeDetails(ServiceCalls calls) {
        this.calls = calls;
    }

    /// judge-service's verdict; JSON null where there is none yet.
    public JsonNode verdict(String path) {
        return judge(path + "/verdict");
    }

    /// Where judge-service sees bad habits in it; JSON null where there is no verdict yet.
    public JsonNode habits(String path) {
        return judge(path + "/habits");
    }

    /// rollout-service's conversation and tokens; JSON null where there are none.
    JsonNode rollout(String path) {
        return kept(path);
    }

    /// rollout-service's conversation without the tokens; JSON null where there is none.
    public JsonNode conversation(String path) {
        return kept(path + "?tokens=false");
    }

    /// The code that rollout-service had run for it, with what came of it; JSON null where it knows none.
    public JsonNode calls(String path) {
        return kept(path + "/calls");
    }

    /// The run's next episode, for an agent in another process: rollout-service's answer; 204 after the wait.
    ResponseEntity<byte[]> begin(String run, double waitSeconds) {
        return calls.pass(
                ROLLOUT,
                calls.services()
                        .rollout()
                        .resolve("/api/v1/runs/" + run + "/episodes/begin?wait_seconds=" + waitSeconds));
    }

    private JsonNode kept(String path) {
        return calls.json(ROLLOUT, calls.services().rollout().resolve(path));
    }

    private JsonNode judge(String path) {
        return calls.json(JUDGE, calls.services().judge().resolve(path));
    }
}
