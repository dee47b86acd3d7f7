package dev.hone.gateway.run;

import dev.hone.contracts.Failure;
import dev.hone.contracts.run.Gate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The gates of a run.
final class Gates {

    /// [Failure#code()] of a run that ends because of one.
    static final String CODE = "gate-failed";

    private Gates() {}

    /// @param over whether the curve has all its points
    static List<GateResult> of(List<Gate> gates, List<StepRow> curve, boolean over) {
        return gates.stream().map(gate -> GateResult.of(gate, curve, over)).toList();
    }

    /// Why the run ends here; empty if it goes on.
    ///
    /// @param over whether the curve has all its points
    static Optional<Failure> failure(String run, List<Gate> gates, List<StepRow> curve, boolean over) {
        List<GateResult> failed = of(gates, curve, over).stream()
                .filter(result -> result.standing() == GateResult.Standing.FAILED)
                .toList();
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        String what = failed.stream()
                .map(result -> result.text(metrics(curve, result.gate())))
                .collect(Collectors.joining(" "));
        return Optional.of(new Failure(
                CODE,
                what + " GET /api/v1/runs/" + run + "/steps has the curve; submit a new run, or one with another gate.",
                false));
    }

    private static Set<String> metrics(List<StepRow> curve, Gate gate) {
        return curve.stream()
                .filter(row -> row.purpose().equals(gate.purpose()))
                .flatMap(row -> row.metrics().keySet().stream())
                .collect(Collectors.toSet());
    }
}
