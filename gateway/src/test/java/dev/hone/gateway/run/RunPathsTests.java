package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task_reader: {dataset_file: {training: {file_path: $}}}",
                "task_reader: {dataset_file: {validation: {file_path: $}}}",
                "task_reader: {huggingface_dat_repo: {dataset_path: $}}",
                "model: {path: $}",
                "model: {adapter: $}, trainer_common: {lora: {rank: 4}}",
                "rollout: {user_workflow: $/agent.py}",
                "task_judge: {judge_protocol: $/judge.jar!com.acme.Mine}",
                "task_judge: {weights: {$/judge.py: 1}}",
                "trainer_common: {output_dir: $}",
                "trackers: {tensorboard: {log_dir: $}}",
            })
    void whereFoldersAreNamedNothingElseIsReached(String key) throws IOException {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        Path secret = Files.createDirectories(folder.resolve("outside/secret"));
        Files.createSymbolicLink(inside.resolve("link"), secret);
        RunPaths paths = new RunPaths(inside, inside, List.of(inside), List.of());
        for (String path : List.of("../outside/secret", secret.toString(), "link", "link/not-there", "../inside-not")) {
            assertThatThrownBy(() -> paths.absolute(config(key, path)))
                    .as(path)
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageStartingWith("hone.")
                    .hasMessageContaining("none of the folders that a run may name: " + inside);
        }
        paths.absolute(config(key, "new/folder"));
        new RunPaths(inside, inside).absolute(config(key, "../outside/secret"));
    }

    private static RunConfig config(String key, String path) {
        return RunConfigReader.read("hone: {" + key.replace("$", path) + "}").config();
    }
}
