package dev.hone.learner.publish;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationException;
import dev.hone.policy.generation.VersionGoneException;
import dev.hone.tracing.EpisodeSpan;
import dev.hone.tracing.EpisodeTraces;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// `POST /api/v1/runs/{run}/generate`: token ids in, token ids and log-probabilities out.
@RestController
class GenerateController {
    private static final String CBOR = "application/cbor";

    private final RunCatalog runs;
    private final PolicyHost host;
    private final EpisodeTraces traces;

    GenerateController(RunCatalog runs, PolicyHost host, EpisodeTraces traces) {
        this.traces = traces;
        this.runs = runs;
        this.host = host;
    }

    @PostMapping(path = "/api/v1/runs/{run}/generate", consumes = CBOR, produces = CBOR)
    byte[] generate(
            @PathVariable String run,
            @RequestHeader(name = EpisodeTraces.HEADER, required = false) @Nullable String parent,
            InputStream body)
            throws IOException {
        try (EpisodeSpan ignored = traces.begin(parent, "sample")) {
            return generate(run, body);
        }
    }

    private byte[] generate(String run, InputStream body) throws IOException {
        RunId id = HostedRuns.id(run);
        PolicyHost.Hosted hosted = HostedRuns.hosted(host, runs, id);
        GenerateRequest request = GenerateBody.read(body);
        CompletableFuture<Generated> future = submit(hosted, request);
        try {
            Generated generated = await(future, hosted, request);
            return EventCodec.cbor().writeValueAsBytes(GenerateMessages.response(generated));
        } catch (TimeoutException e) {
            future.cancel(false);
            throw late(hosted, request);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VersionGoneException gone) {
                throw new ResponseStatusException(HttpStatus.GONE, gone.getMessage(), gone);
            }
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future.cancel(false);
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE, "learner-service is stopping; try again.", e);
        }
    }

    /// Waits for the answer, but no longer for the version than the request allows.
    private static Generated await(
            CompletableFuture<Generated> future, PolicyHost.Hosted hosted, GenerateRequest request)
            throws InterruptedException, ExecutionException, TimeoutException {
        long patience = patience(request);
        try {
            return future.get(patience, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (hosted.generator().version() < request.minVersion()) {
                throw e;
            }
            return future.get(request.timeoutMillis() - patience, TimeUnit.MILLISECONDS);
        }
    }

    private static CompletableFuture<Generated> submit(PolicyHost.Hosted hosted, GenerateRequest request) {
        try {
            return hosted.generator().submit(GenerateMessages.request(request));
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
        } catch (GenerationException e) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), e);
        }
    }

    private static long patience(GenerateRequest request) {
        Long patience = request.versionTimeoutMillis();
        return patience == null ? request.timeoutMillis() : Math.min(patience, request.timeoutMillis());
    }

    private static ResponseStatusException late(PolicyHost.Hosted hosted, GenerateRequest request) {
        long version = hosted.generator().version();
        if (version < request.minVersion()) {
            return new ResponseStatusException(
                    HttpStatus.CONFLICT,
                    "Version %d was asked for; after %d ms the weights are at version %d. Ask again later."
                            .formatted(request.minVersion(), patience(request), version));
        }
        return new ResponseStatusException(
                HttpStatus.GATEWAY_TIMEOUT,
                ("%d ms were not enough for up to %d tokens after a prompt of %d; raise generate_timeout, or lower"
                                + " max_env_worker.")
                        .formatted(request.timeoutMillis(), request.maxNewTokens(), request.promptIds().length));
    }
}
