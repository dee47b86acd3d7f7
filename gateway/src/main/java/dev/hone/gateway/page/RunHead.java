package dev.hone.gateway.page;

import dev.hone.contracts.run.RunState;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.access.Role;
import dev.hone.gateway.run.RunView;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The upper part of a run's page: where it stands, and what it came to so far.
///
/// @param actions what a person may do now: `pause`, `resume`, `cancel`
/// @param tiles the numbers that matter, first and newest
record RunHead(RunView run, boolean live, List<String> actions, List<Tile> tiles) {

    private static final Set<RunState> GOING = Set.of(RunState.SUBMITTED, RunState.PREPARING, RunState.RUNNING);

    /// A number.
    ///
    /// @param first of the first phase that has it; null before
    /// @param last of the newest; null before, and where the first is the only one
    record Tile(
            String label, @Nullable Double first, @Nullable Double last) {}

    static RunHead of(RunView run, List<Curves> curves) {
        RunState state = run.state();
        List<String> actions = !Caller.current().may(Role.OPERATOR)
                ? List.of()
                : GOING.contains(state)
                        ? List.of("pause", "cancel")
                        : state == RunState.PAUSED
                                ? List.of("resume", "cancel")
                                : state.terminal() ? List.of() : List.of("cancel");
        return new RunHead(
                run,
                !state.terminal(),
                actions,
                List.of(
                        tile("Mean reward", curves, "reward/mean", "train"),
                        tile("Accuracy, evaluation", curves, "accuracy", "eval"),
                        tile("Missing print, evaluation", curves, "habits/missing_print", "eval"),
                        tile("Early answer, evaluation", curves, "habits/early_answer", "eval"),
                        tile("Tokens a second", curves, "throughput/tokens_per_second", "train")));
    }

    private static Tile tile(String label, List<Curves> curves, String metric, String purpose) {
        return curves.stream()
                .flatMap(curve -> curve.lines().stream())
                .filter(line -> line.metric().equals(metric) && line.purpose().equals(purpose))
                .findFirst()
                .map(line -> new Tile(label, line.first(), points(line) < 2 ? null : line.last()))
                .orElseGet(() -> new Tile(label, null, null));
    }

    private static long points(Curves.Line line) {
        return line.values().stream().filter(Objects::nonNull).count();
    }

    /// Training steps done, of a hundred.
    public int percent() {
        Integer steps = run.steps();
        return steps == null || steps == 0 ? 0 : Math.min(100, run.step() * 100 / steps);
    }
}
