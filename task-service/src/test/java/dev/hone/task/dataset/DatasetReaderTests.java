package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTests {

    private static final Path EXAMPLE = Path.of("../examples/math-agent/data");
    private static final Path HUB = Path.of("src/test/resources/hub/gsm8k");
    private static final String ROW = "{\"question\": \"1+1?\", \"answer\": \"It is 2.\\n#### 2\"}\n";

    private final DatasetReader reader = new DatasetReader(Outbound.ANYWHERE);

    @TempDir
    private Path folder;

    @Test
    void readsTheExamplesRowsInOrderAndKeepsTheAnswerAsItIs() {
        Dataset dataset =
                reader.read(TestingConfigs.files(EXAMPLE.resolve("train.jsonl"), EXAMPLE.resolve("test.jsonl"), ""));
        assertThat(dataset.training()).hasSize(4000);
        assertThat(dataset.validation()).hasSize(400);
        assertThat(dataset.training().get(17).taskId()).isEqualTo("train-17");
        assertThat(dataset.validation().get(399).taskId()).isEqualTo("val-399");
        assertThat(dataset.training())
                .allSatisfy(task -> assertThat(task.metadata().get("answer")).containsPattern("\n#### -?[0-9.,/]+$"));
        assertThat(dataset.training().getFirst().metadata())
                .containsEntry("question", dataset.training().getFirst().query());
    }

    @Test
    void readsParquetShardsThatTheCardNames() {
        Dataset dataset = reader.read(TestingConfigs.folder(HUB, "main", "train", "test"));
        assertThat(dataset.training()).hasSize(15);
        assertThat(dataset.validation()).hasSize(5);
        Task task = dataset.training().get(7);
        assertThat(task.query()).isEqualTo("Ann has 7 coins and finds 9 more. How many coins does she have — in all?");
        assertThat(task.metadata())
                .containsEntry("answer", "She has 7 + 9 = <<7+9=16>>16 coins.\n#### 16")
                .containsEntry("level", "7")
                .containsEntry("weight", "1.75")
                .containsEntry("tags", "[\"a\",\"t7\"]")
                .containsEntry("source", "{\"book\":\"b\",\"page\":7}")
                .doesNotContainKey("note");
        assertThat(dataset.training().get(6).metadata()).containsEntry("note", "note 6");
    }

    @Test
    void findsSplitsByTheirNamesWithoutACard() throws IOException {
        for (String layout : new String[] {
            "main/train-00000-of-00001.jsonl", "main/train.jsonl", "data/train-00000-of-00001.jsonl", "train.jsonl"
        }) {
            Path root = folder.resolve(layout.replaceAll("[^a-z]", ""));
            write(root.resolve(layout), ROW);
            write(root.resolve(layout.replace("train", "test")), ROW + ROW);
            Dataset dataset = reader.read(TestingConfigs.folder(root, "main", "train", "test"));
            assertThat(dataset.training()).as(layout).hasSize(1);
            assertThat(dataset.validation()).as(layout).hasSize(2);
        }
    }

    @Test
    void readsShardsInOrderOfTheirNames() throws IOException {
        write(folder.resolve("data/train-00001-of-00002.jsonl"), ROW.replace("1+1", "second"));
        write(folder.resolve("data/train-00000-of-00002.jsonl"), ROW.replace("1+1", "first"));
        write(folder.resolve("data/test-00000-of-00001.jsonl"), ROW);
        assertThat(reader.read(TestingConfigs.folder(folder, "default", "train", "test"))
                        .training())
                .extracting(Task::query)
                .containsExactly("first?", "second?");
    }

    @Test
    void limitsTasksAndLeavesOutValidationThatNoPhaseNeeds() {
        RunConfig config = TestingConfigs.files(EXAMPLE.resolve("train.jsonl"), Path.of("nowhere.jsonl"), """
                max_training_tasks: 10
              trainer_common:
                val_before_train: false
                val_after_train: false
            """);
        assertThat(reader.read(config).training()).hasSize(10);
        assertThat(reader.read(config).validation()).isEmpty();
    }

    @Test
    void leavesOutTrainingThatAnEvaluationDoesNotNeed() {
        RunConfig config = TestingConfigs.files(
                Path.of("nowhere.jsonl"), EXAMPLE.resolve("test.jsonl"), "  trainer_common: {val_only: true}\n");
        assertThat(reader.read(config).training()).isEmpty();
        assertThat(reader.read(config).validation()).hasSize(400);
    }

    @Test
    void fingerprintChangesWithAnyText() throws IOException {
        Path file = write(folder.resolve("a.jsonl"), ROW);
        String before = reader.read(TestingConfigs.files(file, file, "")).fingerprint();
        assertThat(reader.read(TestingConfigs.files(file, file, "")).fingerprint())
                .isEqualTo(before);
        write(file, ROW.replace("#### 2", "#### 3"));
        assertThat(reader.read(TestingConfigs.files(file, file, "")).fingerprint())
                .isNotEqualTo(before);
    }

    @Test
    void namesTheKeyOfAMissingFile() {
        fails(TestingConfigs.files(folder.resolve("none.jsonl"), folder.resolve("none.jsonl"), ""))
                .withMessageContaining("none.jsonl")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.dataset_file.training.file_path"));
        fails(TestingConfigs.files(EXAMPLE.resolve("train.jsonl"), Path.of(""), ""))
                .withMessageContaining("is empty")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.dataset_file.validation.file_path"));
    }

    @Test
    void namesFileAndLineOfAMalformedRow() throws IOException {
        failsWith(ROW + "\n{\"question\": \"x\",").withMessageContaining("data.jsonl:3 is not JSON");
        failsWith(ROW + "[1]").withMessageContaining("data.jsonl:2 holds ARRAY");
        failsWith(ROW + ROW.strip() + " {}").withMessageContaining("data.jsonl:2 is not JSON");
    }

    @Test
    void namesRowColumnAndColumnsOfATaskWithoutAnAnswer() throws IOException {
        failsWith(ROW + "{\"question\": \"x\", \"answer\": null}")
                .withMessageContaining("data.jsonl:2 (row 1 of the split) has no answer: column 'answer' is empty")
                .withMessageContaining("[question, answer]");
    }

    @Test
    void namesAMissingColumnAndThoseThatAreThere() throws IOException {
        failsWith("{\"problem\": \"x\", \"solution\": \"y\"}")
                .withMessageContaining("has no column 'question'; the columns are [problem, solution]")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.columns.query"));
    }

    @Test
    void refusesAnEmptySplit() throws IOException {
        failsWith("\n").withMessageContaining("training split has no rows");
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        Path file = folder.resolve("data.jsonl");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        fails(TestingConfigs.files(file, file, "")).withMessageContaining("is not UTF-8");
    }

    @Test
    void refusesAFileThatOnlyClaimsToBeParquet() throws IOException {
        Path file = write(folder.resolve("data.parquet"), "<html>404</html>");
        fails(TestingConfigs.files(file, file, "")).withMessageContaining("is not a Parquet file that can be read");
    }

    @Test
    void saysWhichConfigurationsAndSplitsThereAre() {
        fails(TestingConfigs.folder(HUB, "other", "train", "test"))
                .withMessageContaining("no configuration 'other'; choose one of [main, socratic]")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.huggingface_dat_repo.dataset_name"));
        fails(TestingConfigs.folder(HUB, "main", "train", "validation"))
                .withMessageContaining("no split 'validation'; choose one of [train, test]")
                .satisfies(
                        e -> assertThat(e.key()).isEqualTo("hone.task_reader.huggingface_dat_repo.validation_split"));
        fails(TestingConfigs.folder(HUB, "socratic", "train", "test"))
                .withMessageContaining("README.md says [socratic/train-*]")
                .withMessageContaining("main/train-00000-of-00001.parquet");
        fails(TestingConfigs.folder(folder.resolve("none"), "main", "train", "test"))
                .withMessageContaining("download-dataset")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.huggingface_dat_repo.dataset_path"));
    }

    private ThrowableAssertAlternative<DatasetException> failsWith(String text) throws IOException {
        Path file = write(folder.resolve("data.jsonl"), text);
        return fails(TestingConfigs.files(file, file, ""));
    }

    private ThrowableAssertAlternative<DatasetException> fails(RunConfig config) {
        return assertThatExceptionOfType(DatasetException.class).isThrownBy(() -> reader.read(config));
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
