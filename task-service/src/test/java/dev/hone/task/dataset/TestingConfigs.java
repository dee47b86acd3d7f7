package dev.hone.task.dataset;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.nio.file.Path;

/// Configurations of runs over files.
public final class TestingConfigs {

    private TestingConfigs() {}

    /// @param more YAML below `hone:`, indented by two spaces
    public static RunConfig files(Path training, Path validation, String more) {
        return read("""
                hone:
                  task_reader:
                    type: dataset_file
                    dataset_file:
                      training:
                        file_path: "%s"
                      validation:
                        file_path: "%s"
                %s""".formatted(training, validation, more));
    }

    static RunConfig folder(Path folder, String name, String training, String validation) {
        return read("""
                hone:
                  task_reader:
                    type: huggingface_dat_repo
                    huggingface_dat_repo:
                      dataset_path: "%s"
                      dataset_name: %s
                      training_split: %s
                      validation_split: %s
                """.formatted(folder, name, training, validation));
    }

    public static RunConfig read(String yaml) {
        return RunConfigReader.read(yaml).config();
    }
}
