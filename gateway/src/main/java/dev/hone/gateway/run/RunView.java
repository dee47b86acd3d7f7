package dev.hone.gateway.run;

import dev.hone.contracts.Failure;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.TrainerConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run as the API shows it.
///
/// @param waiting why it has not begun: its project has as many runs as it may; null otherwise
/// @param parent whose weights it began with; null if they came from a folder
/// @param step training steps done
/// @param steps training steps in all; null until the dataset is read
/// @param secondsLeft an estimate; null before the first step and after the end
/// @param policyVersion version of the weights that generate now
/// @param training newest training step; null before
/// @param evaluation newest evaluation; null before
/// @param failure why it failed; null otherwise
/// @param export folder of the trained model; null before, and where nothing is trained
/// @param gates how each of its gates stands
/// @param warnings keys of its file that mean nothing here
public record RunView(
        String run,
        RunState state,
        @Nullable String waiting,
        @Nullable Parent parent,
        int step,
        @Nullable Integer steps,
        @Nullable Double secondsLeft,
        @Nullable Integer policyVersion,
        @Nullable String policyChecksum,
        @Nullable StepRow training,
        @Nullable StepRow evaluation,
        @Nullable Failure failure,
        @Nullable String export,
        Instant submittedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        List<GateResult> gates,
        List<String> warnings,
        RunConfig config) {

    /// A run in a list.
    record Line(
            String run,
            RunState state,
            int step,
            @Nullable Integer steps,
            Instant submittedAt,
            @Nullable Instant endedAt) {
        static Line of(Run run) {
            return new Line(run.name(), run.state(), run.step(), run.steps(), run.submittedAt(), run.endedAt());
        }
    }

    static RunView of(Run run, List<StepRow> curve) {
        RunConfig config = run.config();
        Instant started = run.startedAt();
        Double left = started == null || run.state().terminal()
                ? null
                : TimeLeft.seconds(started, curve, run.steps(), evaluations(config.trainerCommon(), run.steps()));
        return new RunView(
                run.name(),
                run.state(),
                run.waiting(),
                run.parent(),
                run.step(),
                run.steps(),
                left,
                run.policyVersion(),
                run.policyChecksum(),
                newest(curve, true),
                newest(curve, false),
                run.failure(),
                run.export(),
                run.submittedAt(),
                started,
                run.endedAt(),
                Gates.of(config.gates(), curve, run.lastPhaseDone()),
                run.warnings(),
                config);
    }

    private static @Nullable StepRow newest(List<StepRow> curve, boolean training) {
        return curve.reversed().stream()
                .filter(row -> row.training() == training)
                .findFirst()
                .orElse(null);
    }

    private static int evaluations(TrainerConfig trainer, @Nullable Integer steps) {
        if (trainer.valOnly()) {
            return 1;
        }
        int every = trainer.testFreq();
        int between = every == 0 || steps == null ? 0 : steps / every;
        boolean atTheEnd = trainer.valAfterTrain() && (every == 0 || steps == null || steps % every != 0);
        return (trainer.valBeforeTrain() ? 1 : 0) + between + (atTheEnd ? 1 : 0);
    }
}
