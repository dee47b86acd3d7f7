package dev.hone.learner.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.Parameter;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Loss and gradients of one backward pass over the right-padded batch.
final class GradientCheck {
    private static final String FULL = "grad.param.";

    private final Policy policy;
    private final GoldenFiles files;
    private final Cases cases;

    GradientCheck(Policy policy, GoldenFiles files, Cases cases) {
        this.policy = policy;
        this.files = files;
        this.cases = cases;
    }

    void run(GoldenLoss loss) throws IOException {
        JsonNode golden = files.json("grad");
        cases.within(
                "grad.loss",
                loss.backward("grad.advantages"),
                golden.path("loss").asDouble(Double.NaN),
                Tolerances.LOSS);
        double squares = 0;
        Largest norms = new Largest();
        Largest sums = new Largest();
        Set<String> known = new HashSet<>();
        List<float[]> gradients = gradients(loss);
        for (int i = 0; i < gradients.size(); i++) {
            Parameter parameter = policy.parameters().get(i);
            String name = parameter.name();
            known.add(name);
            float[] gradient = gradients.get(i);
            double square = 0;
            double sum = 0;
            for (float value : gradient) {
                square += (double) value * value;
                sum += value;
            }
            squares += square;
            double norm = golden.path("param_grad_l2").path(name).asDouble(Double.NaN);
            norms.note(Cases.difference(Math.sqrt(square), norm) / Math.max(norm, 1e-8), name);
            sums.compare(sum, golden.path("param_grad_sum").path(name).asDouble(Double.NaN), name);
            cases.attempt(FULL + name, () -> compareFull(parameter, gradient));
        }
        norms.refuseOthers(golden.path("param_grad_l2"), known);
        sums.refuseOthers(golden.path("param_grad_sum"), known);
        norms.into(cases, "grad.param_grad_l2 (relative)", Tolerances.NORM);
        sums.into(cases, "grad.param_grad_sum", Tolerances.GRADIENT_SUM);
        cases.relative(
                "grad.global_norm (relative)",
                Math.sqrt(squares),
                golden.path("global_norm").asDouble(Double.NaN),
                Tolerances.NORM);
        for (JsonNode full : golden.path("full_gradients")) {
            if (!files.has(FULL + full.asString(""))) {
                cases.broken(FULL + full.asString(""), "is not in cases.safetensors");
            }
        }
    }

    private void compareFull(Parameter parameter, float[] gradient) throws IOException {
        String name = parameter.name();
        if (files.has(FULL + name)) {
            Largest largest = new Largest();
            float[] expected =
                    files.floats(FULL + name, parameter.array().getShape().getShape());
            for (int i = 0; i < expected.length; i++) {
                largest.compare(gradient[i], expected[i], "element " + i);
            }
            largest.into(cases, FULL + name, Tolerances.GRADIENT);
        }
    }

    private List<float[]> gradients(GoldenLoss loss) {
        try (NDManager step = policy.manager().newSubManager()) {
            return loss.gradients(step).stream().map(NDArray::toFloatArray).toList();
        }
    }
}
