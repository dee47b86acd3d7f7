package dev.hone.learner.follow;

import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.learner.model.ModelDirectory;
import dev.hone.learner.offer.HostedPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/// The learner's REST, as far as following goes.
@Component
class LearnerClient implements AutoCloseable {
    private static final Duration SMALL = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI learner;
    private final ServiceSecret secret;

    LearnerClient(FollowerProperties properties, ServiceSecret secret) {
        this.secret = secret;
        this.learner = properties.learner();
    }

    /// The runs whose weights generate there.
    List<HostedPolicy> policies() throws RefusedException, InterruptedException {
        HttpResponse<byte[]> response = get("/api/v1/policies");
        if (response.statusCode() == 401) {
            throw unreachable("asks for its services' secret: set " + ServiceSecret.VARIABLE + ", or "
                    + ServiceSecret.FILE_VARIABLE + " to service-secret in its data directory, as it has");
        }
        if (response.statusCode() != 200) {
            throw unreachable("answered " + response.statusCode());
        }
        try {
            return EventCodec.json().readValue(response.body(), new TypeReference<>() {});
        } catch (JacksonException e) {
            throw unreachable("answered what cannot be read: " + e.getOriginalMessage());
        }
    }

    /// Puts the model's small files, those that there are, into a folder.
    void companions(RunId run, Path folder) throws IOException, RefusedException, InterruptedException {
        for (String name : ModelDirectory.companions()) {
            HttpResponse<byte[]> response = get("/api/v1/runs/" + run + "/model/" + name);
            switch (response.statusCode()) {
                case 200 -> Files.write(folder.resolve(name), response.body());
                case 404 -> {
                    // the model has no such file
                }
                default -> throw unreachable("answered " + response.statusCode() + " when asked for " + name);
            }
        }
    }

    /// Goes on with a download, or begins it.
    ///
    /// @param part what has come so far; whole when this returns
    void weights(Target target, Path part, Duration atMost) throws IOException, RefusedException, InterruptedException {
        long held = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request = request("/api/v1/runs/" + target.run()
                + "/policy/weights?version=" + target.version() + "&checksum="
                + URLEncoder.encode(target.checksum(), StandardCharsets.UTF_8));
        if (held > 0) {
            request.header("Range", "bytes=" + held + "-");
        }
        // Not the request's timeout: that one ends with the headers.
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request.build(), into(part));
        try {
            HttpResponse<String> response = answer.get(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
            switch (response.statusCode()) {
                case 200, 206 -> {
                    // whole
                }
                case 410 -> throw new RefusedException(Refusal.GONE, "The learner says: " + response.body());
                case 409, 503 -> throw new RefusedException(Refusal.NOT_YET, "The learner says: " + response.body());
                case 416 -> {
                    Files.delete(part);
                    throw new RefusedException(Refusal.DAMAGED, "More had come than there is; it begins anew.");
                }
                default -> throw unreachable("answered " + response.statusCode() + " " + response.body());
            }
        } catch (TimeoutException e) {
            throw new RefusedException(
                    Refusal.TIMEOUT,
                    "They did not come in time; raise hone.policy-server.fetch-timeout, or see to the network.");
        } catch (ExecutionException e) {
            throw unreachable("broke off: " + e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /// A whole body replaces the file, a rest is added to it, an explanation is read.
    private static BodyHandler<String> into(Path part) {
        return info -> switch (info.statusCode()) {
            case 200 ->
                BodySubscribers.mapping(
                        BodySubscribers.ofFile(
                                part,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING),
                        Path::toString);
            case 206 ->
                BodySubscribers.mapping(
                        BodySubscribers.ofFile(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                        Path::toString);
            default -> BodySubscribers.ofString(StandardCharsets.UTF_8);
        };
    }

    private HttpResponse<byte[]> get(String path) throws RefusedException, InterruptedException {
        try {
            return http.send(request(path).timeout(SMALL).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw unreachable("gave no answer: " + e);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(learner.resolve(path));
        secret.sign(request::header);
        return request;
    }

    private RefusedException unreachable(String how) {
        return new RefusedException(Refusal.UNREACHABLE, "The learner at " + learner + " " + how + ".");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
