package dev.hone.sandbox.execution;

import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.sandbox.isolation.Snippet;
import dev.hone.tracing.EpisodeSpan;
import dev.hone.tracing.EpisodeTraces;
import dev.hone.tracing.LogContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// `POST /api/v1/executions`: 200 with the result, or an RFC 9457 problem: 400, 413, 429 and 503 with Retry-After. Of a
/// 503, `may_have_run` says whether asking again could run the code another time. `X-Hone-Load` is the share of the
/// queue
/// that is taken.
@RestController
class ExecutionController {
    /// One character of source can take six in JSON (`\u0000`); the rest of the request fits in the margin.
    private static final int JSON_EXPANSION = 6;

    private static final int MARGIN = 4096;
    private static final String RETRY_SECONDS = "1";
    private static final String LOAD = "X-Hone-Load";

    private static final ObjectReader requests = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(ExecutionRequest.class);

    private final Executions executions;
    private final ExecutionProperties properties;
    private final EpisodeTraces traces;

    ExecutionController(Executions executions, ExecutionProperties properties, EpisodeTraces traces) {
        this.traces = traces;
        this.executions = executions;
        this.properties = properties;
    }

    /// @param episode in which the code was written; named in the log if the code costs a jail
    @PostMapping(path = "/api/v1/executions", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> execute(
            @RequestHeader(name = "X-Hone-Episode", defaultValue = "nobody") String episode,
            @RequestHeader(name = EpisodeTraces.HEADER, required = false) @Nullable String parent,
            InputStream body)
            throws IOException {
        int maxCode = Math.toIntExact(properties.maxCode().toBytes());
        int maxBody = JSON_EXPANSION * maxCode + MARGIN;
        byte[] json = body.readNBytes(maxBody + 1);
        if (json.length > maxBody) {
            return problem(HttpStatus.CONTENT_TOO_LARGE, "The request has more than %d bytes".formatted(maxBody));
        }
        try {
            ExecutionRequest request = requests.readValue(json);
            if (request == null || request.code() == null) {
                return problem(HttpStatus.BAD_REQUEST, "The request has no code; send {\"code\": \"print(1)\"}");
            }
            int size = request.code().getBytes(StandardCharsets.UTF_8).length;
            if (size > maxCode) {
                return problem(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "The code has %d bytes, the limit is %d; send less".formatted(size, maxCode));
            }
            return answer(execute(snippet(request), episode, parent));
        } catch (JacksonException e) {
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "The request is no execution request: %s; send {\"code\": …, \"timeout_seconds\": …, \"cpu_seconds\": …}"
                            .formatted(e.getOriginalMessage()));
        } catch (IllegalArgumentException e) {
            return problem(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private ExecutionOutcome execute(Snippet snippet, String episode, @Nullable String parent) {
        try (LogContext ignored = LogContext.ofNamed(episode);
                EpisodeSpan span = traces.begin(parent, "execute")) {
            ExecutionOutcome outcome = executions.execute(snippet, episode);
            span.with("hone.outcome", outcome.tag());
            return outcome;
        }
    }

    private Snippet snippet(ExecutionRequest request) {
        return new Snippet(
                request.code(),
                limit("timeout_seconds", request.timeoutSeconds(), properties.timeout(), properties.maxTimeout()),
                limit("cpu_seconds", request.cpuSeconds(), properties.cpu(), properties.maxCpu()));
    }

    private static Duration limit(String name, @Nullable Double seconds, Duration ordinary, Duration largest) {
        if (seconds == null) {
            return ordinary;
        }
        if (!(seconds >= 0.001)) {
            throw new IllegalArgumentException(
                    "%s is %s; give seconds, at least 0.001 (at most %s count)".formatted(name, seconds, largest));
        }
        return Duration.ofMillis((long) (1000 * Math.min(seconds, largest.toMillis() / 1000.0)));
    }

    private ResponseEntity<Object> answer(ExecutionOutcome outcome) {
        return switch (outcome) {
            case ExecutionOutcome.Completed completed ->
                ResponseEntity.ok()
                        .header(LOAD, Double.toString(executions.load()))
                        .body(completed.result());
            case ExecutionOutcome.Rejected(String reason) ->
                later(ProblemDetail.forStatusAndDetail(HttpStatus.TOO_MANY_REQUESTS, reason));
            case ExecutionOutcome.Unavailable(String reason, boolean mayHaveRun) -> {
                ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, reason);
                problem.setProperty("may_have_run", mayHaveRun);
                yield later(problem);
            }
        };
    }

    private static ResponseEntity<Object> problem(HttpStatus status, String detail) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemDetail.forStatusAndDetail(status, detail));
    }

    private static ResponseEntity<Object> later(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .body(problem);
    }
}
