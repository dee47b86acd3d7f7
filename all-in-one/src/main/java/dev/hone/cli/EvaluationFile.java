package dev.hone.cli;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.TaskReaderConfig;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A run's file made into that of one evaluation: its model, problems, workflow and judge, without its training.
///
/// @param hone the complete configuration below `hone:`
record EvaluationFile(ObjectNode hone) {

    /// Which of a file's two splits; named as the command line spells them.
    enum Split {
        training,
        validation
    }

    private static final YAMLMapper YAML = new YAMLMapper();

    /// A run's name has at most 64 characters; this leaves room for `-eval-` and a number.
    private static final int LONGEST_NAME = 48;

    static EvaluationFile of(RunConfig config) {
        ObjectNode hone =
                (ObjectNode) YAML.readTree(RunConfigReader.write(config)).get("hone");
        String name = config.experimentName().isBlank() ? config.projectName() : config.experimentName();
        hone.put("project_name", name.substring(0, Math.min(LONGEST_NAME, name.length())) + "-eval");
        hone.put("experiment_name", "");
        section(hone, "trainer_common").put("val_only", true).put("output_dir", "");
        return new EvaluationFile(hone);
    }

    /// @param limit how many at most, 0 for all; null for what the file says of the split
    EvaluationFile problems(Split split, @Nullable Integer limit) {
        ObjectNode reader = section(hone, "task_reader");
        if (split == Split.training) {
            ObjectNode files = section(reader, TaskReaderConfig.DATASET_FILE);
            files.set("validation", files.get("training"));
            ObjectNode hub = section(reader, TaskReaderConfig.HUGGINGFACE_DAT_REPO);
            hub.set("validation_split", hub.get("training_split"));
            reader.set("max_validation_tasks", reader.get("max_training_tasks"));
        }
        if (limit != null) {
            reader.put("max_validation_tasks", limit);
        }
        return this;
    }

    /// What is null stays as the file says; there are at least as many samples as k.
    EvaluationFile passAtK(@Nullable Integer k, @Nullable Integer samples, @Nullable Double temperature) {
        ObjectNode trainer = section(hone, "trainer_common");
        if (k != null) {
            trainer.put("val_pass_k", k);
            trainer.put("val_pass_n", Math.max(k, trainer.path("val_pass_n").asInt()));
        }
        if (samples != null) {
            trainer.put("val_pass_n", samples);
        }
        if (temperature != null) {
            trainer.put("val_pass_temperature", temperature);
        }
        return this;
    }

    EvaluationFile model(String folder) {
        section(hone, "model").put("path", folder);
        return this;
    }

    String yaml() {
        return YAML.writeValueAsString(YAML.createObjectNode().set("hone", hone));
    }

    private static ObjectNode section(ObjectNode of, String name) {
        return (ObjectNode) of.get(name);
    }
}
