package dev.hone.gateway.run;

import static dev.hone.contracts.run.RunState.CANCELLED;
import static dev.hone.contracts.run.RunState.COMPLETED;
import static dev.hone.contracts.run.RunState.COMPLETING;
import static dev.hone.contracts.run.RunState.FAILED;
import static dev.hone.contracts.run.RunState.GATE_FAILED;
import static dev.hone.contracts.run.RunState.PAUSED;
import static dev.hone.contracts.run.RunState.PREPARING;
import static dev.hone.contracts.run.RunState.RUNNING;
import static dev.hone.contracts.run.RunState.SUBMITTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.Phase;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RunTests {

    private static final Instant NOW = Instant.EPOCH;
    private static final Phase LAST = new Phase(Purpose.EVAL, 3, 1, true);
    private static final Failure FAILURE = new Failure("out-of-memory", "too big", false);

    private record Step(RunState from, RunState to) {}

    private final Set<Step> visited = new LinkedHashSet<>();

    private Run run() {
        return new Run(new RunId("r"), RunConfigReader.defaults(), List.of(), null, NOW);
    }

    private Run preparing() {
        Run run = run();
        run.learnerPrepared(NOW);
        return run;
    }

    private Run running() {
        Run run = preparing();
        run.taskPrepared(3, NOW);
        return run;
    }

    private Run paused() {
        Run run = running();
        run.pause(NOW);
        return run;
    }

    private Run completing() {
        Run run = running();
        run.stepCompleted(LAST, NOW);
        return run;
    }

    private void visit(Run run, Consumer<Run> change, RunState expected) {
        RunState from = run.state();
        change.accept(run);
        assertThat(run.state()).isEqualTo(expected);
        visited.add(new Step(from, expected));
    }

    @Test
    void everyDeclaredTransitionCanHappenAndNoOther() {
        visit(run(), r -> r.learnerPrepared(NOW), PREPARING);
        visit(preparing(), r -> r.taskPrepared(3, NOW), RUNNING);
        visit(running(), r -> r.stepCompleted(LAST, NOW), COMPLETING);
        visit(completing(), r -> r.exported("/out", NOW), COMPLETED);
        visit(paused(), r -> r.resume(NOW), RUNNING);
        visit(paused(), r -> r.stepCompleted(LAST, NOW), COMPLETING);
        Run pausedEarly = run();
        visit(pausedEarly, r -> r.pause(NOW), PAUSED);
        visit(pausedEarly, r -> r.resume(NOW), SUBMITTED);
        Run pausedPreparing = preparing();
        visit(pausedPreparing, r -> r.pause(NOW), PAUSED);
        visit(pausedPreparing, r -> r.resume(NOW), PREPARING);
        visit(running(), r -> r.pause(NOW), PAUSED);
        for (Run run : List.of(run(), preparing(), running(), paused(), completing())) {
            visit(run, r -> r.fail(FAILURE, NOW), FAILED);
        }
        for (Run run : List.of(run(), preparing(), running(), paused(), completing())) {
            visit(run, r -> r.gateFailed(FAILURE, NOW), GATE_FAILED);
        }
        for (Run run : List.of(run(), preparing(), running(), paused(), completing())) {
            visit(run, r -> r.cancel(NOW), CANCELLED);
        }
        for (RunState from : RunState.values()) {
            for (RunState to : RunState.values()) {
                assertThat(RunTransitions.allowed(from, to))
                        .as("%s to %s", from, to)
                        .isEqualTo(visited.contains(new Step(from, to)));
            }
        }
    }

    @Test
    void terminalStatesAreFinal() {
        for (RunState state : RunState.values()) {
            boolean leads =
                    java.util.Arrays.stream(RunState.values()).anyMatch(to -> RunTransitions.allowed(state, to));
            assertThat(leads).as("%s", state).isEqualTo(!state.terminal());
        }
    }

    @Test
    void theExportMayBeToldBeforeTheLastEvaluation() {
        Run run = running();
        run.exported("/out", NOW);
        assertThat(run.state()).isEqualTo(COMPLETING);
        run.stepCompleted(LAST, NOW);
        assertThat(run.state()).isEqualTo(COMPLETED);
        assertThat(run.export()).isEqualTo("/out");
    }

    @Test
    void whatComesAfterTheEndChangesNothing() {
        Run run = running();
        run.cancel(NOW);
        run.stepCompleted(LAST, NOW);
        run.exported("/out", NOW);
        run.fail(FAILURE, NOW);
        run.taskPrepared(3, NOW);
        assertThat(run.state()).isEqualTo(CANCELLED);
        assertThat(run.failure()).isNull();
    }

    @Test
    void refusesWhatTheTableDoesNotHave() {
        Run run = completing();
        assertThatThrownBy(() -> run.pause(NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Run r cannot go from completing to paused; from there it may go to"
                        + " [cancelled, completed, failed, gate_failed].");
    }

    @Test
    void anOlderPolicyDoesNotReplaceANewerOne() {
        Run run = running();
        run.policyUpdated(2, "sha256:2");
        run.policyUpdated(1, "sha256:1");
        assertThat(run.policyVersion()).isEqualTo(2);
    }
}
