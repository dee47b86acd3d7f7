package dev.hone.task.curriculum;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TrainerConfig;
import dev.hone.contracts.task.Phase;
import java.util.ArrayList;
import java.util.List;

/// What a run does from beginning to end: its phases in order. The same configuration and dataset give the same plan.
///
/// Which tasks a training step takes is the [Curriculum]'s to say; an evaluation takes every validation task in
/// order. A run with `val_only` is one evaluation.
public final class Plan {

    private static final int MOST_STEPS = 1_000_000;

    private final RunConfig config;
    private final int trainingTasks;
    private final int validationTasks;
    private final int steps;
    private final List<Phase> phases;

    /// @throws InvalidConfigException if no step can be made
    public Plan(RunConfig config, int trainingTasks, int validationTasks) {
        this.config = config;
        this.trainingTasks = trainingTasks;
        this.validationTasks = validationTasks;
        this.steps = steps(config, trainingTasks);
        this.phases = phases(config, steps, validationTasks);
    }

    private static int steps(RunConfig config, int tasks) {
        TrainerConfig trainer = config.trainerCommon();
        if (trainer.valOnly()) {
            return 0;
        }
        int batch = config.data().trainBatchSize();
        long steps = trainer.totalTrainingSteps() > 0
                ? trainer.totalTrainingSteps()
                : (long) trainer.totalEpochs() * (tasks / batch);
        if (steps == 0) {
            throw new InvalidConfigException(
                    "hone.data.train_batch_size",
                    "is " + batch + ", but there are only " + tasks + " training tasks, so an epoch holds no step;"
                            + " lower it to " + tasks + " or set hone.trainer_common.total_training_steps.");
        }
        if (steps > MOST_STEPS) {
            throw new InvalidConfigException(
                    "hone.trainer_common.total_epochs",
                    "makes " + steps + " steps; a run has at most " + MOST_STEPS + ". Lower it or raise the batch.");
        }
        return (int) steps;
    }

    private static List<Phase> phases(RunConfig config, int steps, int validationTasks) {
        TrainerConfig trainer = config.trainerCommon();
        if (trainer.valOnly()) {
            return List.of(new Phase(Purpose.EVAL, 0, validationTasks, true));
        }
        List<Phase> phases = new ArrayList<>();
        if (trainer.valBeforeTrain()) {
            phases.add(new Phase(Purpose.EVAL, 0, validationTasks, false));
        }
        for (int step = 1; step <= steps; step++) {
            boolean due = trainer.testFreq() > 0 && step % trainer.testFreq() == 0;
            boolean evaluate = due || (step == steps && trainer.valAfterTrain());
            phases.add(new Phase(Purpose.TRAIN, step, config.data().trainBatchSize(), step == steps && !evaluate));
            if (evaluate) {
                phases.add(new Phase(Purpose.EVAL, step, validationTasks, step == steps));
            }
        }
        return List.copyOf(phases);
    }

    /// Every phase, in the order in which they follow one another.
    public List<Phase> phases() {
        return phases;
    }

    /// Training steps in all.
    public int steps() {
        return steps;
    }

    /// Samples of each group of the phase. In an evaluation those for pass@k come last.
    public int samples(Phase phase) {
        return phase.purpose() == Purpose.TRAIN
                ? config.rollout().numRepeat()
                : config.rollout().valNumRepeat() + config.trainerCommon().valPassN();
    }

    /// The order in which training tasks come.
    public TaskOrder order() {
        return new TaskOrder(config, trainingTasks);
    }

    /// How many tasks an evaluation takes: all, in their rows' order.
    public int validationTasks() {
        return validationTasks;
    }
}
