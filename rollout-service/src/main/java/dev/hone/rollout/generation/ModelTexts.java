package dev.hone.rollout.generation;

import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/// The tokenizer and template of each run's model, fetched from learner-service once per run and process.
@Component
public class ModelTexts {

    /// What is fetched; a model may lack some of it.
    static final List<String> FILES = List.of(
            "config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final LearnerProperties properties;
    private final ServiceSecret secret;
    private final ConcurrentMap<RunId, ModelText> loaded = new ConcurrentHashMap<>();

    ModelTexts(LearnerProperties properties, ServiceSecret secret) {
        this.properties = properties;
        this.secret = secret;
    }

    /// How the run's model reads and writes text.
    ///
    /// @throws EpisodeFailedException `model-unavailable` if the learner does not give the files,
    ///     `model-unusable` if they are no chat model's
    public ModelText of(RunId run) {
        return loaded.computeIfAbsent(run, this::fetch);
    }

    /// The same, and waits for the learner: that it starts again costs no attempt.
    ///
    /// @throws EpisodeFailedException as above, `model-unavailable` at the deadline
    /// @throws InterruptedException if the thread is interrupted meanwhile
    public ModelText of(RunId run, Deadline deadline) throws InterruptedException {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                return of(run);
            } catch (EpisodeFailedException e) {
                if (!e.failure().retryable() || deadline.left().compareTo(pause) < 0) {
                    throw e;
                }
            }
            deadline.pause(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private ModelText fetch(RunId run) {
        try {
            Files.createDirectories(properties.modelCache());
            Path folder = Files.createTempDirectory(properties.modelCache(), run.value() + "-");
            boolean whole = false;
            try {
                for (String file : FILES) {
                    fetch(run, file, folder.resolve(file));
                }
                ModelText text = ModelText.load(folder);
                whole = true;
                return text;
            } finally {
                if (!whole) {
                    FileSystemUtils.deleteRecursively(folder);
                }
            }
        } catch (IOException e) {
            throw unavailable(properties.url(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(properties.url(), "interrupted");
        } catch (IllegalArgumentException e) {
            throw new EpisodeFailedException(new Failure("model-unusable", String.valueOf(e.getMessage()), false), e);
        }
    }

    private void fetch(RunId run, String file, Path target) throws IOException, InterruptedException {
        URI address = properties.url().resolve("/api/v1/runs/" + run + "/model/" + file);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
        secret.sign(request::header);
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        switch (response.statusCode()) {
            case 200 -> Files.write(target, response.body());
            case 404 -> {
                // The model has no such file, or there is no such run: then tokenizer.json is missed below.
            }
            default -> throw unavailable(address, "status " + response.statusCode());
        }
    }

    private static EpisodeFailedException unavailable(URI address, String cause) {
        return new EpisodeFailedException(new Failure(
                "model-unavailable",
                "The model's files could not be fetched from " + address + " (" + cause
                        + "); see that learner-service runs and has prepared the run.",
                true));
    }
}
