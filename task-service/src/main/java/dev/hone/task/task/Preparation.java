package dev.hone.task.task;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.PreflightReport.Problem;
import dev.hone.contracts.run.RunConfig;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.Dataset;
import dev.hone.task.dataset.DatasetException;
import dev.hone.task.dataset.DatasetReader;

/// What reading a run's dataset and laying out its plan gives.
sealed interface Preparation {

    record Ready(Dataset dataset, Plan plan) implements Preparation {}

    record Unusable(Problem problem) implements Preparation {}

    static Preparation of(DatasetReader reader, RunConfig config) {
        try {
            Dataset dataset = reader.read(config);
            return new Ready(
                    dataset,
                    new Plan(
                            config,
                            dataset.training().size(),
                            dataset.validation().size()));
        } catch (DatasetException e) {
            return new Unusable(e.problem());
        } catch (InvalidConfigException e) {
            String message = String.valueOf(e.getMessage());
            return new Unusable(
                    new Problem(e.key(), message.substring(e.key().length()).strip()));
        }
    }
}
