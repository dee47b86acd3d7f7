package dev.hone.learner.training;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.messaging.TestInfrastructure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The rest of the ring: asks the learner for tokens, judges them by a rule, and tells over Kafka.
final class TestingRing implements AutoCloseable {
    private static final int[] PROMPT = {7, 31, 100, 255, 12};

    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestInfrastructure.brokers()),
            new StringSerializer(),
            new ByteArraySerializer());
    private final HttpClient http = HttpClient.newHttpClient();
    private final RunConfig config;
    private final RunId run;

    TestingRing(RunConfig config, RunId run) {
        this.config = config;
        this.run = run;
    }

    void send(String topic, Event event) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, event.key(), EventCodec.encode(event));
        record.headers().add("hone-message-id", UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        producer.send(record);
        producer.flush();
    }

    HttpResponse<byte[]> generate(int port, int noise, int version, long timeoutMillis) throws Exception {
        return generate(port, new GenerateRequest(PROMPT, 8, 1, 1, 0, List.of(3), noise, version, timeoutMillis));
    }

    HttpResponse<byte[]> generate(int port, GenerateRequest request) throws Exception {
        return generate(port, EventCodec.cbor().writeValueAsBytes(request));
    }

    HttpResponse<byte[]> generate(int port, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/runs/%s/generate".formatted(port, run)))
                        .header("Content-Type", "application/cbor")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> tokens(int port, int step, int group, int sample) throws Exception {
        String path = "/api/v1/runs/%s/episodes/train/%d/%d/%d/tokens".formatted(run, step, group, sample);
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Accept", "application/cbor, application/problem+json")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<String> get(int port, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(int port, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    byte[] download(int port, String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    /// What the learner says of the run's configuration before it begins.
    String preflight(int port) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/preflight"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        EventCodec.json().writeValueAsBytes(config)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// Rolls a phase out: groups of samples, each rewarded by the parity of its first token's id and its
    /// sample.
    void phase(int port, Phase phase, int samples) throws Exception {
        rolledOut(port, phase, samples, phase.purpose() == Purpose.TRAIN ? phase.step() - 1 : phase.step())
                .forEach(Runnable::run);
    }

    /// The same, told when what is returned is run.
    ///
    /// @param version oldest that may sample it
    List<Runnable> rolledOut(int port, Phase phase, int samples, int version) throws Exception {
        List<Runnable> messages = new ArrayList<>();
        for (int group = 0; group < phase.groups(); group++) {
            List<GroupClosed.Member> members = new ArrayList<>();
            List<Event> told = new ArrayList<>();
            for (int sample = 0; sample < samples; sample++) {
                int noise = phase.step() * 1000 + group * 100 + sample;
                HttpResponse<byte[]> answer = generate(port, noise, version, 30_000);
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException(
                            answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
                }
                GenerateResponse response = EventCodec.cbor().readValue(answer.body(), GenerateResponse.class);
                EpisodeKey key = new EpisodeKey(run, phase.purpose(), phase.step(), group, sample, 0);
                double reward = sample % 2 == 0 ? 1 : 0.1;
                told.add(finished(key, response));
                told.add(new EpisodeJudged(
                        key,
                        new Verdict(
                                reward,
                                reward == 1,
                                List.of(),
                                Map.of(Verdict.MISSING_PRINT, sample == 1, Verdict.EARLY_ANSWER, false),
                                "none"),
                        null,
                        Instant.now()));
                members.add(new GroupClosed.Member(sample, 0, reward, reward == 1));
            }
            // The group first: nothing may depend on the order.
            GroupClosed closed = new GroupClosed(run, phase, group, "task-" + group, members, List.of());
            messages.add(() -> send(Topics.GROUP_CLOSED, closed));
            for (Event event : told.reversed()) {
                String topic = event instanceof EpisodeFinished ? Topics.EPISODE_FINISHED : Topics.EPISODE_JUDGED;
                messages.add(() -> send(topic, event));
            }
        }
        return messages;
    }

    private EpisodeFinished finished(EpisodeKey key, GenerateResponse response) {
        int length = PROMPT.length + response.tokenIds().length;
        int[] tokens = Arrays.copyOf(PROMPT, length);
        float[] logProbs = new float[length];
        System.arraycopy(response.tokenIds(), 0, tokens, PROMPT.length, response.tokenIds().length);
        System.arraycopy(response.logProbs(), 0, logProbs, PROMPT.length, response.logProbs().length);
        BitSet mask = new BitSet();
        mask.set(PROMPT.length, length);
        List<Timeline.VersionSpan> versions = response.versions().stream()
                .map(span -> new Timeline.VersionSpan(
                        PROMPT.length + span.start(), PROMPT.length + span.end(), span.version()))
                .toList();
        Trajectory trajectory =
                new Trajectory(List.of(new Timeline(tokens, mask.toByteArray(), logProbs, versions, List.of())));
        return new EpisodeFinished(
                key,
                new Task("task-" + key.group(), "?", Map.of()),
                config.taskJudge(),
                null,
                Map.of(),
                List.of(),
                trajectory.encode(),
                new EpisodeFinished.Usage(PROMPT.length, response.tokenIds().length, 1, 0, 5, 0),
                Instant.now(),
                Instant.now());
    }

    @Override
    public void close() {
        producer.close();
        http.close();
    }
}
