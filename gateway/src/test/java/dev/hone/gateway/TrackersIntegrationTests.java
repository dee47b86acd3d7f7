package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.task.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// The gateway with TensorBoard and MLflow themselves, from PyPI.
@Tag("slow")
class TrackersIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String READ_BACK = """
            import json, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            read = {}
            for purpose in ("train", "eval"):
                events = EventAccumulator(f"{sys.argv[1]}/{purpose}", size_guidance={"scalars": 0})
                events.Reload()
                read[purpose] = {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)]
                                 for tag in events.Tags()["scalars"]}
            print(json.dumps(read))
            """;

    private static final TestingServices SERVICES = new TestingServices();
    private static ConfigurableApplicationContext context;
    private static TestingApi api;
    private static TestingEvents events;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        // TensorBoard asks setuptools for pkg_resources: newer ones have none.
        TestingPython.install("tensorboard==2.20.0", "setuptools<81");
        context = TestingGateway.another(
                "gateway_trackers",
                SERVICES,
                "--hone.gateway.trackers.interval=100ms",
                "--hone.gateway.trackers.retry=300ms");
        api = new TestingApi(TestingGateway.address(context));
        events = new TestingEvents();
    }

    @AfterAll
    static void stop() {
        events.close();
        api.close();
        context.close();
        SERVICES.close();
    }

    @Test
    void tensorBoardReadsBackEveryPointOnce() throws Exception {
        RunId run = submit("boarded", "tensorboard: {log_dir: " + folder + "}");
        step(run, Purpose.EVAL, 0, 0.25);
        step(run, Purpose.TRAIN, 1, 0.5);
        awaitTold("boarded", "tensorboard", 1, 0);
        Path file = onlyFile(folder.resolve("boarded/train"));
        // As if the process had died while it wrote: half a record.
        Files.write(file, new byte[] {40, 0, 0, 0, 0, 0, 0, 0, 1, 2}, StandardOpenOption.APPEND);
        step(run, Purpose.TRAIN, 2, 0.75);
        awaitTold("boarded", "tensorboard", 2, 0);

        JsonNode read = EventCodec.json()
                .readTree(TestingPython.run(
                        TestingPython.program("python").toString(),
                        "-c",
                        READ_BACK,
                        folder.resolve("boarded").toString()));
        double time = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
        assertThat(read.toString())
                .isEqualTo(EventCodec.json()
                        .readTree("""
                                {"train": {"pass@4": [[1, 0.5, %1$s], [2, 0.75, %1$s]],
                                           "reward/mean": [[1, 0.5, %1$s], [2, 0.75, %1$s]]},
                                 "eval": {"pass@4": [[0, 0.25, %1$s]], "reward/mean": [[0, 0.25, %1$s]]}}""".formatted(Double.toString(time)))
                        .toString());
        // Somebody cleared the folder: with the next point all are there again.
        byte[] before = Files.readAllBytes(file);
        Files.delete(file);
        step(run, Purpose.TRAIN, 3, 1);
        awaitTold("boarded", "tensorboard", 3, 0);
        assertThat(Files.readAllBytes(onlyFile(folder.resolve("boarded/train"))))
                .hasSizeGreaterThan(before.length)
                .startsWith(before);
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAndHurtsNothing() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        RunId run = submit("unwritable", "tensorboard: {log_dir: " + file + "}");
        step(run, Purpose.TRAIN, 1, 0.5);
        await().atMost(PATIENCE)
                .until(() -> tracker("unwritable", "tensorboard")
                        .path("problem")
                        .asString("")
                        .contains(file.toString()));
        await().atMost(PATIENCE).until(() -> view("unwritable").path("step").asInt() == 1);
        Files.delete(file);
        awaitTold("unwritable", "tensorboard", 1, -1);
    }

    /// Nearly a gigabyte is fetched for it, so that it is left to the nightly lane.
    @Test
    @Tag("nightly")
    void mlflowKnowsTheWholeCurveThoughItWasAwayTwice() throws Exception {
        // MLflow asks sqlalchemy for a pool that newer ones do not have.
        TestingPython.install("mlflow==3.6.0", "sqlalchemy<2.1");
        try (TestingMlflow mlflow = new TestingMlflow(folder)) {
            RunId run = submit("tracked", "mlflow: {tracking_uri: '" + mlflow.address() + "', experiment_name: tests}");
            step(run, Purpose.EVAL, 0, 0.25);
            step(run, Purpose.TRAIN, 1, 0.5);
            await().atMost(PATIENCE)
                    .until(() -> tracker("tracked", "mlflow")
                            .path("problem")
                            .asString("")
                            .contains("does not answer"));
            await("training goes on")
                    .atMost(PATIENCE)
                    .until(() -> view("tracked").path("step").asInt() == 1);

            mlflow.start();
            awaitTold("tracked", "mlflow", 1, 0);
            mlflow.stop();
            step(run, Purpose.TRAIN, 2, 0.75);
            await().atMost(PATIENCE)
                    .until(() -> tracker("tracked", "mlflow").path("problem").isString());
            mlflow.start();
            awaitTold("tracked", "mlflow", 2, 0);

            events.tell(Topics.TASK_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of()));
            events.tell(Topics.LEARNER_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of()));
            events.step(run, new Phase(Purpose.TRAIN, 3, 1, true), Map.of("reward/mean", 1.0));
            events.tell(Topics.LEARNER_RUN_REPORTED, events.reported(run, RunReported.State.COMPLETED, Map.of()));
            await().atMost(PATIENCE)
                    .until(() -> tracker("tracked", "mlflow").path("ended").asBoolean());

            String experiment = mlflow.get("experiments/get-by-name?experiment_name=tests")
                    .at("/experiment/experiment_id")
                    .asString();
            JsonNode found = mlflow.post("runs/search", "{\"experiment_ids\": [\"" + experiment + "\"]}");
            assertThat(found.path("runs")).as("one run there for one here").hasSize(1);
            JsonNode there = found.at("/runs/0");
            assertThat(there.at("/info/run_name").asString()).isEqualTo("tracked");
            assertThat(there.at("/info/status").asString()).isEqualTo("FINISHED");
            assertThat(there.at("/info/end_time").asLong()).isPositive();
            assertThat(parameters(there))
                    .contains(
                            "rollout.num_repeat=8", "trainer_common.total_training_steps=3", "model.path=/some/model");
            String id = there.at("/info/run_id").asString();
            long time = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
            assertThat(history(mlflow, id, "train/reward/mean"))
                    .containsExactly("1 0.5 " + time, "2 0.75 " + time, "3 1.0 " + time);
            assertThat(history(mlflow, id, "eval/pass_at_4")).containsExactly("0 0.25 " + time);
        }
    }

    private RunId submit(String name, String trackers) throws Exception {
        assertThat(api.submit("/api/v1/runs", """
                        hone:
                          experiment_name: %s
                          model: {path: /some/model}
                          trainer_common: {total_training_steps: 3}
                          trackers: {%s}
                        """.formatted(name, trackers)).status())
                .isEqualTo(201);
        return new RunId(name);
    }

    private static void step(RunId run, Purpose purpose, int step, double value) {
        events.step(run, new Phase(purpose, step, 1, false), Map.of("reward/mean", value, "pass@4", value));
    }

    private static void awaitTold(String run, String tracker, int train, int eval) {
        await().atMost(PATIENCE).until(() -> {
            JsonNode state = tracker(run, tracker);
            return state.path("newestTrain").asInt() == train
                    && state.path("newestEval").asInt() == eval;
        });
    }

    private static JsonNode tracker(String run, String name) throws Exception {
        for (JsonNode tracker :
                api.get("/api/v1/runs/" + run + "/trackers").json().path("trackers")) {
            if (tracker.path("tracker").asString().equals(name)) {
                return tracker;
            }
        }
        return EventCodec.json().createObjectNode();
    }

    private static JsonNode view(String run) throws Exception {
        return api.get("/api/v1/runs/" + run).json();
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> found = files.toList();
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().getFileName().toString()).startsWith("events.out.tfevents.");
            return found.getFirst();
        }
    }

    private static List<String> parameters(JsonNode run) {
        return run.at("/data/params")
                .valueStream()
                .map(p -> p.path("key").asString() + "=" + p.path("value").asString())
                .toList();
    }

    private static List<String> history(TestingMlflow mlflow, String run, String metric) throws Exception {
        return mlflow.get("metrics/get-history?run_id=" + run + "&metric_key=" + metric + "&max_results=100")
                .path("metrics")
                .valueStream()
                .map(m -> m.path("step").asInt() + " " + m.path("value").asDouble() + " "
                        + m.path("timestamp").asLong())
                .sorted()
                .toList();
    }
}
