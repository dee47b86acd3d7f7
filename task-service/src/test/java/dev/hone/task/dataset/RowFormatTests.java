package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.task.Task;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same rows in every format, and what is said of those that are none.
class RowFormatTests {

    private static final String AWKWARD = "He said \"two, or\nthree\"? — ok";

    private final DatasetReader reader = new DatasetReader(Outbound.ANYWHERE);

    @TempDir
    private Path folder;

    @Test
    void everyFormatGivesTheSameTasks() throws IOException {
        String jsonl = """
            {"question": "1+1?", "answer": "#### 2", "level": 1}
            {"question": "He said \\"two, or\\nthree\\"? — ok", "answer": "#### 3", "level": 2}
            """;
        String array = """
            [
              {"question": "1+1?", "answer": "#### 2", "level": 1},
              {"question": "He said \\"two, or\\nthree\\"? — ok", "answer": "#### 3", "level": 2}
            ]
            """;
        String csv =
                "question,answer,level\r\n1+1?,#### 2,1\r\n\r\n\"He said \"\"two, or\nthree\"\"? — ok\",#### 3,2\r\n";
        List<Task> tasks = read("a.jsonl", jsonl);
        assertThat(tasks).extracting(Task::query).containsExactly("1+1?", AWKWARD);
        assertThat(tasks.getLast().metadata()).isEqualTo(Map.of("question", AWKWARD, "answer", "#### 3", "level", "2"));
        assertThat(read("a.json", array)).isEqualTo(tasks);
        assertThat(read("a.csv", csv)).isEqualTo(tasks);
        assertThat(read("b.csv", "\ufeff" + csv)).as("with a byte order mark").isEqualTo(tasks);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "a.json | {} | holds no array, but begins with START_OBJECT; write one array of objects, or name the file .jsonl",
                "a.json | `` | a.json holds nothing; write one array",
                "a.json | `[{\"question\": \"x\", \"answer\": \"1\"},\n 7]` | a.json:2 holds VALUE_NUMBER_INT; each element must be an object",
                "a.json | `[{\"question\": \"x\", \"answer\": \"1\"},\n{\"question\": ]` | a.json:2 is not JSON:",
                "a.json | `[{\"question\": \"x\", \"answer\": \"1\"}]\n[]` | a.json:2 goes on after the array's end",
                "a.json | `[{\"question\": \"x\", \"question\": \"1\"}]` | a.json:1 is not JSON: Duplicate",
                "a.csv | `question,answer\nx,1\ny` | a.csv:3 has 1 cells, but there are 2 columns [question, answer]",
                "a.csv | `question,answer\nx,1\ny,1,2` | a.csv:3 has 3 cells, but there are 2 columns",
                "a.csv | `question,answer\nx,1\n\"y,2` | a.csv:3 or after is not CSV",
                "a.csv | `question,question\nx,1` | a.csv:1 names the columns [question, question]; name each",
                "a.csv | `question,answer\nx,` | a.csv:2 (row 0 of the split) has no answer: column 'answer' is empty",
                "a.txt | x | has a format that is not read; convert it to one of .parquet, .jsonl, .json, .csv",
            })
    void saysWhereAndWhatToDo(String name, String text, String message) throws IOException {
        fails(name, text).withMessageContaining(message);
    }

    @Test
    void refusesBytesThatAreNoTextInEveryFormat() throws IOException {
        for (String name : List.of("a.json", "a.csv", "a.jsonl")) {
            Path file = folder.resolve(name);
            Files.write(file, new byte[] {'[', (byte) 0xff, (byte) 0xfe, 0});
            assertThatExceptionOfType(DatasetException.class)
                    .as(name)
                    .isThrownBy(() -> reader.read(TestingConfigs.files(file, file, "")))
                    .withMessageContaining("is not UTF-8");
        }
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeItFillsTheMemory() throws IOException {
        Path file = folder.resolve("a.jsonl");
        try (BufferedWriter text = Files.newBufferedWriter(file)) {
            text.write("{\"question\": \"");
            for (int megabytes = 0; megabytes < 17; megabytes++) {
                text.write("x".repeat(1 << 20));
            }
        }
        assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> reader.read(TestingConfigs.files(file, file, "")))
                .withMessageContaining("a.jsonl:1 is longer than 16777216 characters");
    }

    @Test
    void aFolderWithOneSplitInTwoFormatsIsReadOnce() throws IOException {
        Files.writeString(folder.resolve("train.csv"), "question,answer\ncsv?,1\n");
        Files.writeString(folder.resolve("train.jsonl"), "{\"question\": \"jsonl?\", \"answer\": \"1\"}\n");
        Files.writeString(folder.resolve("test.csv"), "question,answer\ntest?,1\n");
        var dataset = reader.read(TestingConfigs.folder(folder, "main", "train", "test"));
        assertThat(dataset.training()).extracting(Task::query).containsExactly("jsonl?");
        assertThat(dataset.validation()).extracting(Task::query).containsExactly("test?");
    }

    private List<Task> read(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return reader.read(TestingConfigs.files(file, file, "")).training();
    }

    private ThrowableAssertAlternative<DatasetException> fails(String name, String text) {
        return assertThatExceptionOfType(DatasetException.class).isThrownBy(() -> read(name, text));
    }
}
