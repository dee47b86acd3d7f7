package dev.hone.cli;

import java.nio.file.Path;

/// The math agent's example, small enough for a test: 2 steps of 4 problems with 4 samples, one episode at a time,
/// between evaluations of 8 problems.
final class TestingExample {

    static final Path FOLDER = Path.of("").toAbsolutePath().getParent().resolve("examples/math-agent");
    static final Path MODEL = FOLDER.resolve("model");
    static final Path TRAINING = FOLDER.resolve("data/train.jsonl");
    static final Path VALIDATION = FOLDER.resolve("data/test.jsonl");

    /// What its tasks come to.
    static final int SAMPLES = 2 * 8 + 2 * 4 * 4;

    private TestingExample() {}

    /// Its file.
    static String yaml(String name, int seed) {
        return """
                hone:
                  experiment_name: %s
                  seed: %d
                  task_reader:
                    dataset_file:
                      training: {file_path: %s}
                      validation: {file_path: %s}
                    max_validation_tasks: 8
                  task_judge:
                    judge_protocol: math_agent
                  model: {path: %s}
                  rollout:
                    user_workflow: math_agent
                    num_repeat: 4
                    max_response_length_in_one_turn: 96
                    max_model_len: 512
                    max_env_worker: 1
                  data: {train_batch_size: 4}
                  trainer_common:
                    total_training_steps: 2
                    optim: {lr: 1.0e-3, weight_decay: 0.0}
                """.formatted(name, seed, TRAINING, VALIDATION, MODEL);
    }
}
