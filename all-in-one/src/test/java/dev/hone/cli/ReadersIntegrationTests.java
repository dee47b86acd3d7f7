package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The example from every reader, and by every way of choosing problems, from the command line to the exported model.
@Tag("slow")
@Tag("nightly")
class ReadersIntegrationTests {

    private static final Path PARQUET = TestingExample.FOLDER
            .resolve("../../task-service/src/test/resources/hub/gsm8k")
            .normalize();

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    /// The rows, the seed and one episode at a time are the same, and so is every digit of the curve: whichever file
    /// the rows stand in, and whether a rule judges the answers or an environment.
    @Test
    void everyReaderTrainsTheExampleToTheSameCurve() throws Exception {
        List<String> expected = train("reader-jsonl", TestingExample.yaml("reader-jsonl", 7));
        assertThat(expected).hasSize(4);
        for (String format : List.of("json", "csv")) {
            String name = "reader-" + format;
            String yaml = TestingExample.yaml(name, 7)
                    .replace(TestingExample.TRAINING.toString(), written(TestingExample.TRAINING, format))
                    .replace(TestingExample.VALIDATION.toString(), written(TestingExample.VALIDATION, format));
            assertThat(train(name, yaml)).as(format).isEqualTo(expected);
        }
        assertThat(train("reader-hub", hub("reader-hub", hubFolder(), "default")))
                .as("hub")
                .isEqualTo(expected);
        try (Server server = new Server()) {
            assertThat(train("reader-env", environment("reader-env", server.url, "math_agent")))
                    .as("environment that judges")
                    .isEqualTo(expected);
            assertThat(server.whenAllAreReleased().path("released").asInt()).isEqualTo(TestingExample.SAMPLES);
            assertThat(train("reader-env-agent", environment("reader-env-agent", server.url, "env_agent")))
                    .as("environment that is stepped")
                    .hasSize(4);
            JsonNode health = server.whenAllAreReleased();
            assertThat(health.path("created").asInt()).isEqualTo(2 * TestingExample.SAMPLES);
            assertThat(health.path("evaluated").asInt()).isEqualTo(2 * TestingExample.SAMPLES);
            assertThat(health.path("released").asInt()).isEqualTo(2 * TestingExample.SAMPLES);
        }
        steps("reader-env-agent", "train")
                .forEach(step -> assertThat(
                                step.path("metrics").path("tool_calls/mean").asDouble())
                        .as("Python and at least one step an episode")
                        .isGreaterThan(1));
    }

    @Test
    void parquetTrainsFromAFolderOfTheHub() throws Exception {
        assertThat(train("reader-parquet", hub("reader-parquet", PARQUET, "main")))
                .hasSize(4);
    }

    @Test
    void groupsWithoutVarianceAreReplacedAndEveryEpisodeIsAccountedFor() throws Exception {
        String yaml = TestingExample.yaml("resampled", 7)
                .replace("data: {train_batch_size: 4}", "data: {train_batch_size: 4, max_resample: 4}")
                // Correctness alone: many groups are solved by all, or by none.
                .replace("judge_protocol: math_agent", "judge_protocol: math_answer\n    weights: {math_answer: 1.0}");
        List<String> curve = train("resampled", yaml);
        int replaced = 0;
        for (JsonNode step : steps("resampled", "train")) {
            JsonNode metrics = step.path("metrics");
            int groups = metrics.path("groups/replaced").asInt();
            replaced += groups;
            int issued = 4 * (4 + groups);
            assertThat(metrics.path("episodes/issued").asInt()).isEqualTo(issued);
            assertThat(metrics.path("episodes/judged").asInt()
                            + metrics.path("episodes/given_up").asInt())
                    .isEqualTo(issued);
            assertThat(step.path("trained").asInt() + step.path("skipped").asInt())
                    .isEqualTo(metrics.path("episodes/judged").asInt());
            assertThat(metrics.path("groups/replaced_fraction").asDouble()).isEqualTo(groups / (4.0 + groups));
        }
        assertThat(replaced).isPositive();
        JsonNode summary = gateway.get("/api/v1/runs/resampled/summary");
        assertThat(summary.path("episodes_issued").asInt()).isEqualTo(TestingExample.SAMPLES + 4 * replaced);
        assertThat(summary.path("episodes_judged").asInt()
                        + summary.path("episodes_given_up").asInt())
                .isEqualTo(summary.path("episodes_issued").asInt());
        assertThat(train("resampled-2", yaml.replace("name: resampled", "name: resampled-2")))
                .isEqualTo(curve);
    }

    @Test
    void curriculumByDifficultyOverOneFilteredFileIsDeterministic() throws Exception {
        String yaml = TestingExample.yaml("difficulty", 7)
                .replace("total_training_steps: 2", "total_training_steps: 3")
                .replace("validation: {file_path: " + TestingExample.VALIDATION + "}", "validation: {}")
                .replace("    max_validation_tasks: 8", """
                            max_validation_tasks: 8
                            filter: {question: {max_length: 120}}
                            split: {validation_ratio: 0.1}
                            curriculum: {type: difficulty, rest_steps: 0}""".indent(4).stripTrailing());
        List<String> curve = train("difficulty", yaml);
        assertThat(train("difficulty-2", yaml.replace("name: difficulty", "name: difficulty-2")))
                .isEqualTo(curve);
        assertThat(taskIds("difficulty", 2)).as("comes again").containsAnyElementsOf(taskIds("difficulty", 1));
        assertThat(taskIds("difficulty", 3)).hasSize(16).isEqualTo(taskIds("difficulty-2", 3));
    }

    private List<String> taskIds(String run, int step) {
        List<String> ids = new ArrayList<>();
        gateway.get("/api/v1/runs/" + run + "/episodes?purpose=train&step=" + step + "&limit=100")
                .path("episodes")
                .forEach(episode -> ids.add(episode.path("taskId").asString()));
        assertThat(ids).isNotEmpty().doesNotContain("");
        return ids;
    }

    private List<JsonNode> steps(String run, String purpose) {
        List<JsonNode> steps = new ArrayList<>();
        gateway.get("/api/v1/runs/" + run + "/steps").path("steps").forEach(step -> {
            if (step.path("purpose").asString().equals(purpose)) {
                steps.add(step);
            }
        });
        return steps;
    }

    private List<String> train(String name, String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
        TestingTerminal terminal = TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--conf",
                file.toString(),
                "--data-dir",
                folder.resolve("data").toString());
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        return TrainIntegrationTests.curve(gateway, name);
    }

    /// The rows of a jsonl file in another format.
    private String written(Path jsonl, String format) throws IOException {
        List<String> rows = Files.readAllLines(jsonl);
        String name = jsonl.getFileName().toString().replace("jsonl", format);
        if (format.equals("json")) {
            return Files.writeString(folder.resolve(name), "[\n" + String.join(",\n", rows) + "\n]\n")
                    .toString();
        }
        List<String> lines = new ArrayList<>(List.of("question,answer"));
        for (String row : rows) {
            JsonNode object = EventCodec.json().readTree(row);
            lines.add(cell(object.path("question")) + "," + cell(object.path("answer")));
        }
        return Files.write(folder.resolve(name), lines).toString();
    }

    private static String cell(JsonNode value) {
        return "\"" + value.asString().replace("\"", "\"\"") + "\"";
    }

    private Path hubFolder() throws IOException {
        Path data = Files.createDirectories(folder.resolve("hub/data"));
        Files.copy(TestingExample.TRAINING, data.resolve("train-00000-of-00001.jsonl"));
        Files.copy(TestingExample.VALIDATION, data.resolve("test-00000-of-00001.jsonl"));
        return folder.resolve("hub");
    }

    private static String hub(String name, Path hub, String configuration) {
        return reader(name, """
                    type: huggingface_dat_repo
                    huggingface_dat_repo: {dataset_path: %s, dataset_name: %s}
                """.formatted(hub, configuration));
    }

    private static String environment(String name, String url, String workflow) {
        return reader(name, """
                    type: env_service
                    env_service: {env_type: word-problems, env_url: "%s"}
                """.formatted(url))
                .replace(
                        "judge_protocol: math_agent",
                        "judge_protocol: env_evaluate\n    weights: {env_evaluate: 0.8,"
                                + " format: 0.1, tool_discipline: 0.1}")
                .replace("user_workflow: math_agent", "user_workflow: " + workflow);
    }

    /// The example with another reader.
    private static String reader(String name, String reader) {
        String yaml = TestingExample.yaml(name, 7);
        int files = yaml.indexOf("    dataset_file:");
        return yaml.substring(0, files) + reader + yaml.substring(yaml.indexOf("    max_validation_tasks"));
    }

    /// The example's environment, in a process of its own.
    private static final class Server implements AutoCloseable {
        private final Process process;
        private final String url;

        Server() throws IOException {
            Path script = TestingExample.FOLDER.resolve("../math-env/server.py").normalize();
            process = new ProcessBuilder("python3", script.toString(), "--port", "0")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out = process.inputReader();
            String line = String.valueOf(out.readLine());
            assertThat(line).startsWith("Listening on http://");
            url = line.substring(line.indexOf("http"));
        }

        /// Its counts, as soon as no instance is left.
        JsonNode whenAllAreReleased() throws Exception {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            JsonNode counts = health();
            while (counts.path("open").asInt() > 0 && System.nanoTime() < deadline) {
                counts = health();
            }
            assertThat(counts.path("open").asInt()).as(counts.toString()).isZero();
            return counts;
        }

        private JsonNode health() throws Exception {
            try (HttpClient http = HttpClient.newHttpClient()) {
                return EventCodec.json()
                        .readTree(http.send(
                                        HttpRequest.newBuilder(URI.create(url + "/v1/health"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body());
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
