package dev.hone.learner.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.hone.learner.algorithm.Algorithm;
import dev.hone.learner.loss.Derivative;
import dev.hone.learner.loss.Sequences;
import dev.hone.learner.loss.TokenStreams;
import dev.hone.learner.loss.TruncatedImportance;
import dev.hone.policy.TorchEngine;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Cases of losses and their gradients: `losses`, `edge_cases`, `tis_weights_token`.
final class LossCases {
    private static final String NAME = "name";
    private static final String IMPORTANCE = "rollout_is";
    private static final String WITHOUT_EMPTY = "edge_cases/empty_sequence_divide_by_nonempty";
    private static final String WITH_EMPTY = "edge_cases/empty_sequence_divide_by_B";
    private static final String ON_POLICY = "edge_cases/on_policy_grpo";
    private static final String MICRO_BATCHES = "edge_cases/dapo_two_microbatches";
    private static final String IMPORTANCE_WEIGHTS = "tis_weights_token";

    /// A loss is a sum whose terms may cancel. Where they leave less of themselves than this part, the difference is
    /// told relative to the part: rounding goes with the terms.
    private static final double CANCELLED = 0.01;

    private static final Pattern EMPTY_ROW = Pattern.compile("sequence (\\d+) fully masked");

    /// The keys of cases by their names, or the beginnings of these up to an underscore.
    private static final Map<String, Map<String, String>> KEYS = Map.ofEntries(
            Map.entry("losses/grpo", Map.of(NAME, "grpo")),
            Map.entry("losses/dr_grpo", Map.of(NAME, "dr_grpo")),
            Map.entry("losses/dapo", Map.of(NAME, "dapo")),
            Map.entry("losses/gspo", Map.of(NAME, "gspo")),
            Map.entry("losses/cispo", Map.of(NAME, "cispo")),
            Map.entry("losses/rloo_reinforce", Map.of(NAME, "rloo")),
            Map.entry("losses/rloo_sequence_ratio_clip", Map.of(NAME, "rloo_sequence")),
            Map.entry("losses/rloo_ppo", Map.of(NAME, "rloo_ppo")),
            Map.entry("losses/reinforce_pp", Map.of(NAME, "reinforce_plus_plus")),
            Map.entry("losses/grpo_tis_token", Map.of(NAME, "grpo", IMPORTANCE, "token")),
            Map.entry("losses/grpo_tis_sequence", Map.of(NAME, "grpo", IMPORTANCE, "sequence")),
            Map.entry("losses/dapo_tis_token", Map.of(NAME, "dapo", IMPORTANCE, "token")),
            Map.entry("losses/dapo_tis_sequence", Map.of(NAME, "dapo", IMPORTANCE, "sequence")),
            Map.entry(ON_POLICY, Map.of(NAME, "grpo")),
            Map.entry(WITH_EMPTY, Map.of(NAME, "grpo")),
            Map.entry(WITHOUT_EMPTY, Map.of(NAME, "grpo")),
            Map.entry("edge_cases/zero_advantages", Map.of(NAME, "grpo")),
            Map.entry(MICRO_BATCHES, Map.of(NAME, "dapo")),
            Map.entry(IMPORTANCE_WEIGHTS, Map.of(NAME, "grpo")));

    private final LossFile file;

    LossCases(LossFile file) {
        this.file = file;
    }

    void check(String name, JsonNode node, Precision precision, Cases cases) {
        switch (name) {
            case MICRO_BATCHES -> microBatches(name, node, precision, cases);
            case IMPORTANCE_WEIGHTS ->
                cases.add(precision.of(name), importanceWeights(node, precision), precision.tolerance(), "");
            default -> loss(name, node, precision, cases);
        }
    }

    private void loss(String name, JsonNode node, Precision precision, Cases cases) {
        double[] mask = file.input("mask");
        if (name.equals(WITH_EMPTY) || name.equals(WITHOUT_EMPTY)) {
            Matcher row = EMPTY_ROW.matcher(node.path("formula").asString(""));
            int empty = row.find() ? Integer.parseInt(row.group(1)) : 1;
            Arrays.fill(mask, empty * file.columns(), (empty + 1) * file.columns(), 0);
        }
        Algorithm algorithm = AlgorithmSettings.algorithm(keys(name), node.path("params"));
        Batch batch = new Batch(
                mask,
                weights(algorithm, mask, !name.equals(WITHOUT_EMPTY)),
                LossFile.flat(LossFile.need(node, "advantages")),
                !name.equals(ON_POLICY));
        Result result = run(algorithm, batch, 0, rows(mask), precision);
        double loss = LossFile.error(
                new double[] {result.loss()}, LossFile.flat(LossFile.need(node, "loss")), cancelled(batch));
        double gradient = LossFile.error(result.gradient(), LossFile.flat(LossFile.need(node, "dloss_dlogp_new")));
        cases.add(
                precision.of(name),
                Math.max(loss, gradient),
                precision.tolerance(),
                loss > gradient ? "loss" : "gradient");
    }

    /// The losses of parts of a batch add up to the loss of the batch.
    ///
    private void microBatches(String name, JsonNode node, Precision precision, Cases cases) {
        JsonNode dapo = file.root().path("losses").path("dapo");
        Algorithm algorithm = AlgorithmSettings.algorithm(keys(name), dapo.path("params"));
        double[] mask = file.input("mask");
        double[] advantages = dapo.has("advantages")
                ? LossFile.flat(dapo.path("advantages"))
                : AdvantageCases.of(algorithm.advantages(), file, Precision.FLOAT64);
        Batch batch = new Batch(mask, weights(algorithm, mask, true), advantages, true);
        double tokens = Arrays.stream(mask).sum();
        double total = 0;
        JsonNode ranges = LossFile.need(node, "micro_batches");
        for (int n = 0; n < ranges.size(); n++) {
            int from = ranges.path(n).path(0).asInt();
            int to = ranges.path(n).path(1).asInt();
            double loss = run(algorithm, batch, from, to, precision).loss();
            total += loss;
            JsonNode given = node.path("per_micro_batch").path(n);
            if (given.isObject()) {
                double sum = LossFile.error(
                        new double[] {loss * tokens},
                        LossFile.flat(LossFile.need(given, "sum")),
                        cancelled(batch) * tokens);
                double own = Arrays.stream(rows(mask, from, to)).sum();
                double count = Math.abs(own - LossFile.need(given, "tokens").asDouble());
                String part = precision.of(name + "/per_micro_batch/" + n);
                cases.add(part, Math.max(sum, count), precision.tolerance(), count > 0 ? "tokens" : "sum");
            }
        }
        double error = LossFile.error(
                new double[] {total}, LossFile.flat(LossFile.need(node, "correct_total")), cancelled(batch));
        cases.add(precision.of(name), error, precision.tolerance(), "");
    }

    private double cancelled(Batch batch) {
        double[] advantages = LossFile.perToken(batch.advantages(), rows(batch.mask()), file.columns());
        double terms = IntStream.range(0, advantages.length)
                .mapToDouble(n -> Math.abs(batch.weights()[n] * advantages[n]))
                .sum();
        return CANCELLED * terms;
    }

    /// @return the relative error
    private double importanceWeights(JsonNode node, Precision precision) {
        double cap = LossFile.need(node, "cap").asDouble();
        double[] mask = file.input("mask");
        try (NDManager manager = TorchEngine.get().newBaseManager()) {
            Batch batch = new Batch(mask, mask, new double[rows(mask)], true);
            NDArray fresh = array(manager, file.input("logp_new"), precision);
            double[] actual = new TruncatedImportance(TruncatedImportance.Level.TOKEN, cap)
                    .weights(fresh, streams(manager, batch, 0, rows(mask), precision))
                    .toType(DataType.FLOAT64, true)
                    .toDoubleArray();
            double[] expected = LossFile.flat(LossFile.need(node, "values"));
            return LossFile.error(actual, expected);
        }
    }

    /// @param mask `[B * T]`
    /// @param weights `[B * T]`: 0 outside the mask
    /// @param advantages `[B]` or `[B * T]`
    /// @param offPolicy whether old log-probabilities differ from new ones
    private record Batch(double[] mask, double[] weights, double[] advantages, boolean offPolicy) {}

    private record Result(double loss, double[] gradient) {}

    /// Loss and gradient of the rows `[from, to)`, through the function that an update calls.
    private Result run(Algorithm algorithm, Batch batch, int from, int to, Precision precision) {
        try (NDManager manager = TorchEngine.get().newBaseManager()) {
            NDArray fresh = array(manager, rows(file.input("logp_new"), from, to), precision);
            Derivative derivative =
                    Derivative.of(algorithm.objective(), fresh, streams(manager, batch, from, to, precision));
            return new Result(
                    derivative.value().loss().toType(DataType.FLOAT64, true).getDouble(),
                    derivative.gradient().toType(DataType.FLOAT64, true).toDoubleArray());
        }
    }

    private TokenStreams streams(NDManager manager, Batch batch, int from, int to, Precision precision) {
        double[] advantages = LossFile.perToken(batch.advantages(), rows(batch.mask()), file.columns());
        return new TokenStreams(
                array(manager, rows(batch.weights(), from, to), precision),
                new Sequences(IntStream.range(0, (to - from) * file.columns())
                        .map(n -> n / file.columns())
                        .toArray()),
                array(manager, rows(advantages, from, to), precision),
                batch.offPolicy() ? input(manager, "logp_old", from, to, precision) : null,
                input(manager, "logp_rollout", from, to, precision),
                input(manager, "logp_ref", from, to, precision));
    }

    private @Nullable NDArray input(NDManager manager, String name, int from, int to, Precision precision) {
        return file.root().path("inputs").has(name)
                ? array(manager, rows(file.input(name), from, to), precision)
                : null;
    }

    /// Weights `[B * T]` of the tokens.
    ///
    /// @param countEmpty whether sequences without tokens are among those given
    private double[] weights(Algorithm algorithm, double[] mask, boolean countEmpty) {
        int[] tokens = IntStream.range(0, rows(mask))
                .map(row -> (int) Arrays.stream(rows(mask, row, row + 1)).sum())
                .toArray();
        int[] given = IntStream.range(0, tokens.length)
                .filter(row -> countEmpty || tokens[row] > 0)
                .toArray();
        double[] ofGiven = algorithm
                .aggregation()
                .weights(Arrays.stream(given).map(row -> tokens[row]).toArray());
        double[] weights = new double[mask.length];
        for (int i = 0; i < given.length; i++) {
            for (int n = given[i] * file.columns(); n < (given[i] + 1) * file.columns(); n++) {
                weights[n] = mask[n] * ofGiven[i];
            }
        }
        return weights;
    }

    static boolean knows(String name) {
        return key(name).isPresent();
    }

    /// The longest key with which the name begins.
    private static Optional<String> key(String name) {
        return KEYS.keySet().stream()
                .filter(key -> name.equals(key) || (name.startsWith("losses/") && name.startsWith(key + "_")))
                .max(Comparator.comparingInt(String::length));
    }

    private static Map<String, String> keys(String name) {
        return Objects.requireNonNull(KEYS.get(key(name).orElseThrow()), name);
    }

    private int rows(double[] tokens) {
        return tokens.length / file.columns();
    }

    private double[] rows(double[] tokens, int from, int to) {
        return Arrays.copyOfRange(tokens, from * file.columns(), to * file.columns());
    }

    private static NDArray array(NDManager manager, double[] values, Precision precision) {
        return manager.create(values).toType(precision.type(), false);
    }
}
