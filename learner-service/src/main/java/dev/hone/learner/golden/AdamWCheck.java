package dev.hone.learner.golden;

import ai.djl.ndarray.NDManager;
import dev.hone.learner.step.AdamW;
import dev.hone.policy.Parameter;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Optimizer steps of the training's own AdamW. Changes the policy's weights.
final class AdamWCheck {
    private final Policy policy;
    private final GoldenFiles files;
    private final Cases cases;

    AdamWCheck(Policy policy, GoldenFiles files, Cases cases) {
        this.policy = policy;
        this.files = files;
        this.cases = cases;
    }

    void run(GoldenLoss loss) throws IOException {
        JsonNode golden = files.json("adamw");
        if (golden.path("steps").isEmpty()) {
            cases.broken("adamw", "is not in cases.json");
            return;
        }
        Sums before = new Sums();
        policy.parameters().forEach(before::add);
        cases.within("adamw.n_parameters", before.count, number(golden, "n_parameters"), 0);
        cases.within("adamw.sum_all_before", before.sum, number(golden, "sum_all_before"), Tolerances.WEIGHT_SUM);
        AdamW.Settings settings = new AdamW.Settings(
                number(golden, "beta1"),
                number(golden, "beta2"),
                number(golden, "eps"),
                number(golden, "weight_decay"),
                number(golden, "max_grad_norm"));
        try (AdamW optimizer = new AdamW(policy, settings)) {
            for (JsonNode step : golden.path("steps")) {
                int number = step.path("step").asInt(0);
                String advantages = number == 1 ? "grad.advantages" : "grad.advantages" + number;
                String name = "adamw.step" + number;
                if (!files.has(advantages)) {
                    cases.broken(name, advantages + " is not in cases.safetensors");
                    return;
                }
                cases.within(name + ".loss", loss.backward(advantages), number(step, "loss"), Tolerances.LOSS);
                double norm = step(optimizer, loss, number(golden, "lr"));
                cases.relative(
                        name + ".grad_norm_before_clip (relative)",
                        norm,
                        number(step, "grad_norm_before_clip"),
                        Tolerances.NORM);
                if (step.has("clip_coef")) {
                    double clip = Math.min(1, settings.gradClip() / (norm + 1e-6));
                    cases.relative(name + ".clip_coef (relative)", clip, number(step, "clip_coef"), Tolerances.NORM);
                }
                compareWeights(name, step);
            }
        }
    }

    private double step(AdamW optimizer, GoldenLoss loss, double rate) {
        try (NDManager step = policy.manager().newSubManager()) {
            return optimizer.step(rate, loss.gradients(step));
        }
    }

    private void compareWeights(String name, JsonNode step) throws IOException {
        Sums all = new Sums();
        Largest sums = new Largest();
        Set<String> known = new HashSet<>();
        for (Parameter parameter : policy.parameters()) {
            Sums one = new Sums();
            one.add(parameter);
            all.add(parameter);
            known.add(parameter.name());
            sums.compare(one.sum, number(step.path("param_sum"), parameter.name()), parameter.name());
            cases.attempt(name + "." + parameter.name(), () -> compareFull(name, parameter));
        }
        sums.refuseOthers(step.path("param_sum"), known);
        for (JsonNode full : files.json("grad").path("full_gradients")) {
            if (!files.has(name + "." + full.asString(""))) {
                cases.broken(name + "." + full.asString(""), "is not in cases.safetensors");
            }
        }
        sums.into(cases, name + ".param_sum", Tolerances.WEIGHT_SUM);
        cases.within(name + ".sum_all_params", all.sum, number(step, "sum_all_params"), Tolerances.WEIGHT_SUM);
        cases.within(
                name + ".sum_sq_all_params", all.squares, number(step, "sum_sq_all_params"), Tolerances.WEIGHT_SUM);
    }

    /// Tightly where the gradient is more than rounding noise.
    private void compareFull(String step, Parameter parameter) throws IOException {
        String name = step + "." + parameter.name();
        if (!files.has(name)) {
            return;
        }
        long[] shape = parameter.array().getShape().getShape();
        float[] expected = files.floats(name, shape);
        long[] stable = files.longs("adamw.stable." + parameter.name(), shape);
        float[] actual = parameter.array().toFloatArray();
        Largest tight = new Largest();
        Largest loose = new Largest();
        for (int i = 0; i < expected.length; i++) {
            loose.compare(actual[i], expected[i], "element " + i);
            if (stable[i] == 1) {
                tight.compare(actual[i], expected[i], "element " + i);
            }
        }
        tight.into(cases, name + " (stable elements)", Tolerances.STABLE_WEIGHT);
        loose.into(cases, name + " (all elements)", Tolerances.WEIGHT);
    }

    private static double number(JsonNode node, String name) {
        return node.path(name).asDouble(Double.NaN);
    }

    /// Sums in float64 over weights.
    private static final class Sums {
        private double sum;
        private double squares;
        private long count;

        void add(Parameter parameter) {
            for (float value : parameter.array().toFloatArray()) {
                sum += value;
                squares += (double) value * value;
                count++;
            }
        }
    }
}
