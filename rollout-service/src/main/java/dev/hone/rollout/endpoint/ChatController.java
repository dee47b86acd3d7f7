package dev.hone.rollout.endpoint;

import dev.hone.contracts.run.OutsideModel;
import dev.hone.policy.chat.ChatTemplateException;
import dev.hone.rollout.environment.Environment;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.workflow.Tuner;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// OpenAI's API for the episode that the key opens, and the tools of Hone's own beside it.
@RestController
@RequestMapping("/v1")
class ChatController {

    /// Fields of the request that had no effect.
    static final String IGNORED = "X-Hone-Ignored";

    private static final String AUTHORIZATION = "Authorization";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final OpenEpisodes episodes;
    private final OutsideModels outside;
    private final Clock clock;

    ChatController(OpenEpisodes episodes, OutsideModels outside, Clock clock) {
        this.episodes = episodes;
        this.outside = outside;
        this.clock = clock;
    }

    @PostMapping("/chat/completions")
    ResponseEntity<byte[]> complete(
            @RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization,
            @RequestBody(required = false) byte @Nullable [] body) {
        EpisodeTuner tuner = tuner(authorization);
        byte[] given = body == null ? new byte[0] : body;
        OutsideModel other = tuner.settings().untrainedModel();
        if (other.active() && ChatRequest.model(given).equals(Tuner.UNTRAINED)) {
            OutsideModels.Answer answer = tuner.aside(end -> outside.complete(other, given, end));
            return ResponseEntity.status(answer.status())
                    .header("Content-Type", answer.contentType())
                    .body(answer.body());
        }
        ChatRequest asked = ChatRequest.read(given, tuner.issued().temperature());
        ChatResponse response = new ChatResponse(
                "chatcmpl-" + UUID.randomUUID(),
                clock.instant().getEpochSecond(),
                asked,
                tuner.ask(asked.request()),
                tuner::tokenTexts);
        ResponseEntity.BodyBuilder ok = ResponseEntity.ok();
        if (!asked.ignored().isEmpty()) {
            ok.header(IGNORED, String.join(", ", asked.ignored()));
        }
        return asked.stream()
                ? ok.contentType(MediaType.TEXT_EVENT_STREAM)
                        .header("Cache-Control", "no-cache")
                        .body(response.events().getBytes(StandardCharsets.UTF_8))
                : ok.contentType(MediaType.APPLICATION_JSON).body(JSON.writeValueAsBytes(response.completion()));
    }

    @GetMapping("/models")
    Map<String, Object> models(@RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization) {
        tuner(authorization);
        return Map.of("object", "list", "data", List.of(model(Tuner.TRAINED), model(Tuner.UNTRAINED)));
    }

    @GetMapping("/models/{name}")
    Map<String, Object> model(
            @RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization, @PathVariable String name) {
        tuner(authorization);
        if (!List.of(Tuner.TRAINED, Tuner.UNTRAINED).contains(name)) {
            throw OpenAiException.noModel("There is no model '" + name + "' here; GET /v1/models lists them.");
        }
        return model(name);
    }

    private static Map<String, Object> model(String name) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", name);
        model.put("object", "model");
        model.put("created", 0);
        model.put("owned_by", "hone");
        return model;
    }

    /// Runs Python in the sandbox, under the run's limits, on the episode's account.
    ///
    /// @return what to tell the model, as `text`
    @PostMapping("/tools/execute_python_code")
    Map<String, String> executePython(
            @RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization,
            @RequestBody(required = false) byte @Nullable [] body) {
        EpisodeTuner tuner = tuner(authorization);
        String code;
        try {
            code = JSON.readTree(body == null ? new byte[0] : body).path("code").asString("");
        } catch (JacksonException e) {
            throw OpenAiException.refused(
                    "code", "invalid_value", "The body is no JSON; send {\"code\": \"print(1)\"}.");
        }
        return Map.of("text", tuner.runPython(code));
    }

    /// What the episode's environment shows before the first step, as `observation`.
    @GetMapping("/environment")
    Map<String, Object> environment(@RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization) {
        return Map.of("observation", environment(tuner(authorization)).observation());
    }

    /// A step in the episode's environment.
    ///
    /// @return what it shows then, as `observation`, and whether it is `done`
    @PostMapping("/environment/step")
    Map<String, Object> step(
            @RequestHeader(name = AUTHORIZATION, defaultValue = "") String authorization, @RequestBody byte[] body) {
        Environment environment = environment(tuner(authorization));
        String action;
        try {
            action = JSON.readTree(body).path("action").asString("");
        } catch (JacksonException e) {
            throw OpenAiException.refused("action", "invalid_value", "The body is no JSON; send {\"action\": \"…\"}.");
        }
        Environment.Observation next = environment.step(action);
        return Map.of("observation", next.text(), "done", next.done());
    }

    private static Environment environment(EpisodeTuner tuner) {
        return tuner.environment()
                .orElseThrow(() -> OpenAiException.refused(
                        "environment",
                        "invalid_value",
                        "The episode has no environment; its run needs task_reader.type: env_service."));
    }

    private EpisodeTuner tuner(String authorization) {
        return episodes.find(authorization).orElseThrow(OpenAiException::badKey);
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> refused(OpenAiException e) {
        // An episode that failed stays so: clients need not try again.
        return ResponseEntity.status(e.status())
                .header("X-Should-Retry", "false")
                .contentType(MediaType.APPLICATION_JSON)
                .body(e.body());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> failed(EpisodeFailedException e) {
        return refused(OpenAiException.failed(e.failure()));
    }

    @ExceptionHandler
    ResponseEntity<Map<String, Object>> unreadable(ChatTemplateException e) {
        return refused(OpenAiException.refused(
                "messages", "invalid_value", "The model's chat template refuses the messages: " + e.getMessage()));
    }
}
