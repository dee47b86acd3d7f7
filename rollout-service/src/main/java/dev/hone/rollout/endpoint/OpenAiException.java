package dev.hone.rollout.endpoint;

import dev.hone.contracts.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that gets an error, as OpenAI's API tells it.
final class OpenAiException extends RuntimeException {

    private final int status;
    private final @Nullable String parameter;
    private final @Nullable String code;

    private OpenAiException(int status, String message, @Nullable String parameter, @Nullable String code) {
        super(message);
        this.status = status;
        this.parameter = parameter;
        this.code = code;
    }

    /// The request is none that can be served.
    static OpenAiException refused(String parameter, String code, String message) {
        return new OpenAiException(400, message, parameter, code);
    }

    static OpenAiException badKey() {
        return new OpenAiException(
                401,
                "This key opens no episode: it ends with its episode. Use the one that the running episode was given.",
                null,
                "invalid_api_key");
    }

    static OpenAiException noModel(String message) {
        return new OpenAiException(404, message, "model", "model_not_found");
    }

    /// The episode cannot go on.
    static OpenAiException failed(Failure failure) {
        return failure.code().equals("prompt-too-long")
                ? refused("messages", "context_length_exceeded", failure.message())
                : new OpenAiException(503, failure.message(), null, failure.code());
    }

    int status() {
        return status;
    }

    Map<String, Object> body() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", status >= 500 ? "server_error" : "invalid_request_error");
        error.put("param", parameter);
        error.put("code", code);
        return Map.of("error", error);
    }
}
