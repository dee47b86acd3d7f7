package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterAndSplitTests {

    private final DatasetReader reader = new DatasetReader(Outbound.ANYWHERE);

    @TempDir
    private Path folder;

    private Path rows;

    @BeforeEach
    void writeRows() throws IOException {
        rows = write("rows.jsonl", 0, 1000);
    }

    /// Row `i` asks `q<i>?`; its level is `i % 5`, its kind even or odd; every tenth has no note.
    private Path write(String name, int from, int to) throws IOException {
        return Files.write(
                folder.resolve(name),
                IntStream.range(from, to)
                        .mapToObj(i -> "{\"question\": \"q%d?\", \"answer\": \"%d\", \"level\": %d, \"kind\": \"%s\"%s}"
                                .formatted(
                                        i,
                                        i,
                                        i % 5,
                                        i % 2 == 0 ? "even" : "odd",
                                        i % 10 == 0 ? "" : ", \"note\": \"n\""))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: {equals: odd}} | 500",
                "{level: {in: [1, 4]}} | 400",
                "{question: {regex: '^q1.\\?'}} | 10",
                "{question: {min_length: 5}} | 900",
                "{question: {max_length: 4}} | 100",
                "{level: {min: 1, max: 1.5}} | 200",
                "{level: {min: 3}, kind: {equals: even}} | 200",
                "{note: {regex: n}} | 900",
            })
    void keepsTheRowsOfWhichEveryPartHolds(String filter, int kept) {
        assertThat(reader.read(config("filter: " + filter)).training()).hasSize(kept);
    }

    @Test
    void filtersBothSplitsAndLimitsWhatIsLeft() throws IOException {
        Path validation = write("validation.jsonl", 5000, 5010);
        RunConfig config = TestingConfigs.files(rows, validation, """
                filter: {kind: {equals: odd}}
                max_training_tasks: 7
            """);
        Dataset dataset = reader.read(config);
        assertThat(dataset.training())
                .extracting(Task::query)
                .containsExactly("q1?", "q3?", "q5?", "q7?", "q9?", "q11?", "q13?");
        assertThat(dataset.training()).extracting(Task::taskId).startsWith("train-0", "train-1");
        assertThat(dataset.validation()).hasSize(5);
    }

    @Test
    void saysWhatIsWrongWithAFilter() {
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> reader.read(config("filter: {kind: {min: 1}}")))
                .withMessageContaining("rows.jsonl:1 has 'even' in column 'kind'")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.task_reader.filter.kind"));
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> reader.read(config("filter: {difficulty: {min: 1}}")))
                .withMessageContaining("names the column 'difficulty', which no row of")
                .withMessageContaining("the columns are [question, answer, level, kind, note]");
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> reader.read(config("filter: {level: {min: 5}}")))
                .withMessageContaining("leaves none of the 1000 rows");
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> config("filter: {level: {least: 5}}"))
                .withMessageContaining("hone.task_reader.filter.level.least is no key");
    }

    @Test
    void sidesOfASplitAreDisjointCompleteAndAboutAsLargeAsAsked() {
        Dataset dataset = reader.read(config("split: {validation_ratio: 0.2, seed: 7}"));
        Set<String> training = queries(dataset.training());
        Set<String> validation = queries(dataset.validation());
        assertThat(training).doesNotContainAnyElementsOf(validation);
        assertThat(training.size() + validation.size()).isEqualTo(1000);
        // 200 expected, standard deviation √(1000 · 0.2 · 0.8) = 12.6
        assertThat(validation).hasSizeBetween(150, 250);
        assertThat(reader.read(config("split: {validation_ratio: 0.2, seed: 7}")))
                .isEqualTo(dataset);
        assertThat(queries(reader.read(config("split: {validation_ratio: 0.2, seed: 8}"))
                        .validation()))
                .isNotEqualTo(validation);
    }

    @Test
    void aRowStaysOnItsSideWhateverIsAddedRemovedOrRepeated() throws IOException {
        String split = "split: {validation_ratio: 0.2}";
        Set<String> before = queries(reader.read(config(split)).validation());
        rows = write("rows.jsonl", 100, 1500);
        Set<String> after = queries(reader.read(config(split)).validation());
        assertThat(after)
                .containsAll(before.stream()
                        .filter(query -> Integer.parseInt(query.substring(1, query.length() - 1)) >= 100)
                        .toList());
        after.removeAll(before);
        assertThat(after).allMatch(query -> Integer.parseInt(query.substring(1, query.length() - 1)) >= 1000);
        Files.write(rows, Files.readAllLines(write("again.jsonl", 100, 1500)), java.nio.file.StandardOpenOption.APPEND);
        Dataset twice = reader.read(config(split));
        assertThat(queries(twice.training())).doesNotContainAnyElementsOf(queries(twice.validation()));
    }

    @Test
    void aRatioBesideAValidationFileIsRefused() {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> TestingConfigs.files(rows, rows, "    split: {validation_ratio: 0.2}\n"))
                .withMessageContaining("hone.task_reader.split.validation_ratio is 0.2")
                .withMessageContaining("leave one of the two out");
    }

    private RunConfig config(String more) {
        return TestingConfigs.read("""
            hone:
              task_reader:
                dataset_file:
                  training: {file_path: "%s"}
                %s
              trainer_common: {val_before_train: %s, val_after_train: false}
            """.formatted(rows, more, more.startsWith("split")));
    }

    private static Set<String> queries(List<Task> tasks) {
        return new HashSet<>(tasks.stream().map(Task::query).toList());
    }
}
