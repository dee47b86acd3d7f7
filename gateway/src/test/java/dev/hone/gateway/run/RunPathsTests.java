package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPathsTests {

    @TempDir
    private Path folder;

    @Test
    void looksInTheWorkingDirectoryThenInHonesHome() throws IOException {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.createFile(here.resolve("train.jsonl"));
        Files.createFile(home.resolve("test.jsonl"));
        RunConfig config = RunConfigReader.read("""
                hone:
                  task_reader:
                    dataset_file:
                      training: {file_path: ./train.jsonl}
                      validation: {file_path: test.jsonl}
                  model: {path: nowhere/model, adapter: nowhere/adapter}
                  trainer_common: {output_dir: out, lora: {rank: 4}}
                """).config();
        RunConfig absolute = new RunPaths(here, home).absolute(config);
        assertThat(absolute.taskReader().datasetFile().training().filePath())
                .isEqualTo(here.resolve("train.jsonl").toString());
        assertThat(absolute.taskReader().datasetFile().validation().filePath())
                .isEqualTo(home.resolve("test.jsonl").toString());
        assertThat(absolute.model().path())
                .isEqualTo(here.resolve("nowhere/model").toString());
        assertThat(absolute.model().adapter())
                .isEqualTo(here.resolve("nowhere/adapter").toString());
        assertThat(absolute.trainerCommon().lora())
                .isEqualTo(config.trainerCommon().lora());
        assertThat(absolute.trainerCommon().outputDir())
                .isEqualTo(here.resolve("out").toString());
        assertThat(absolute.taskReader().huggingfaceDatRepo().datasetPath()).isEmpty();
        assertThat(new RunPaths(home, here).absolute(absolute)).isEqualTo(absolute);
    }
}
