package dev.hone.learner.golden;

import dev.hone.learner.advantage.AdvantageEstimator;
import dev.hone.learner.advantage.RewardedBatch;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Cases of advantages: `advantages`, `advantages_equal_groups`, and the group without variance.
final class AdvantageCases {
    private static final String ESTIMATOR = "adv_estimator";
    private static final String EPSILON = "adv_epsilon";
    private static final String ALONE = "group_of_one";
    private static final String TRL_EPSILON = "1e-4";
    private static final Pattern STANDARDISED =
            Pattern.compile("advantages/grpo_std_eps([0-9.]+(?:e-?[0-9]+)?)_(singleton_zero|verl)");

    /// The keys of cases by their names.
    private static final Map<String, Map<String, String>> KEYS = Map.ofEntries(
            Map.entry("advantages/dr_grpo_singleton_zero", Map.of(ESTIMATOR, "dr_grpo")),
            Map.entry("advantages/rloo_singleton_zero", Map.of(ESTIMATOR, "rloo")),
            Map.entry("advantages/reinforce_pp_token_whiten", Map.of(ESTIMATOR, "reinforce_plus_plus")),
            Map.entry("advantages/reinforce_pp_sequence_norm", Map.of(ESTIMATOR, "reinforce_plus_plus_sequence")),
            Map.entry(
                    "advantages/reinforce_pp_baseline_verl",
                    Map.of(ESTIMATOR, "reinforce_plus_plus_baseline", ALONE, "reward")),
            Map.entry(
                    "advantages_equal_groups/trl_grpo_scale_rewards_group",
                    Map.of(ESTIMATOR, "grpo", EPSILON, TRL_EPSILON)),
            Map.entry(
                    "advantages_equal_groups/trl_grpo_scale_rewards_batch",
                    Map.of(ESTIMATOR, "grpo_batch_std", EPSILON, TRL_EPSILON)),
            Map.entry("advantages_equal_groups/trl_grpo_scale_rewards_none", Map.of(ESTIMATOR, "dr_grpo")),
            Map.entry("advantages_equal_groups/trl_rloo", Map.of(ESTIMATOR, "rloo")),
            Map.entry(
                    "advantages_equal_groups/trl_rloo_normalize_advantages",
                    Map.of(ESTIMATOR, "rloo_normalized", EPSILON, TRL_EPSILON)),
            Map.entry("edge_cases/zero_variance_group_of_7_fp32", Map.of(ESTIMATOR, "grpo")));

    private final LossFile file;

    AdvantageCases(LossFile file) {
        this.file = file;
    }

    void check(String name, JsonNode node, Precision precision, Cases cases) {
        AdvantageEstimator estimator = estimator(keys(name).orElseThrow());
        if (name.startsWith("advantages/")) {
            batch(name, estimator, node, precision, cases);
            return;
        }
        boolean equalGroups = name.startsWith("advantages_equal_groups/");
        JsonNode given = equalGroups ? file.root().path("advantages_equal_groups") : node;
        double[] rewards = LossFile.flat(LossFile.need(given, "rewards"));
        double[] groups = equalGroups ? LossFile.flat(LossFile.need(given, "group_ids")) : new double[rewards.length];
        double[] ones = new double[rewards.length];
        Arrays.fill(ones, 1);
        double[] expected = LossFile.flat(LossFile.need(node, equalGroups ? "values" : "expected_advantages"));
        double[] actual = of(estimator, rewards, groups, ones, precision);
        cases.add(precision.of(name), LossFile.error(actual, expected), precision.tolerance(), "");
    }

    /// The batch of `inputs`; a case may give one value a sequence or one a token.
    private void batch(String name, AdvantageEstimator estimator, JsonNode node, Precision precision, Cases cases) {
        double[] expected = LossFile.flat(LossFile.need(node, "values"));
        double[] actual = of(estimator, file, precision);
        if (expected.length != actual.length) {
            double[] mask = file.input("mask");
            double[] spread = LossFile.perToken(actual, actual.length, file.columns());
            actual = IntStream.range(0, mask.length)
                    .mapToDouble(n -> mask[n] * spread[n])
                    .toArray();
        }
        cases.add(precision.of(name), LossFile.error(actual, expected), precision.tolerance(), "");
    }

    static boolean knows(String name) {
        return keys(name).isPresent();
    }

    private static Optional<Map<String, String>> keys(String name) {
        Matcher standardised = STANDARDISED.matcher(name);
        if (standardised.matches()) {
            String alone = standardised.group(2).equals("verl") ? "reward" : "zero";
            return Optional.of(Map.of(ESTIMATOR, "grpo", EPSILON, standardised.group(1), ALONE, alone));
        }
        return Optional.ofNullable(KEYS.get(name));
    }

    static AdvantageEstimator estimator(Map<String, String> keys) {
        return AlgorithmSettings.algorithm(keys, MissingNode.getInstance()).advantages();
    }

    /// Advantages `[B]` of the batch of `inputs`.
    static double[] of(AdvantageEstimator estimator, LossFile file, Precision precision) {
        double[] rewards = file.input("rewards");
        double[] mask = file.input("mask");
        double[] tokens = IntStream.range(0, rewards.length)
                .mapToDouble(row -> Arrays.stream(mask, row * file.columns(), (row + 1) * file.columns())
                        .sum())
                .toArray();
        return of(estimator, rewards, file.input("group_ids"), tokens, precision);
    }

    private static double[] of(
            AdvantageEstimator estimator, double[] rewards, double[] groups, double[] tokens, Precision precision) {
        return precision.round(estimator.of(new RewardedBatch(
                precision.round(rewards),
                Arrays.stream(groups).mapToInt(group -> (int) group).toArray(),
                Arrays.stream(tokens).mapToInt(count -> (int) count).toArray())));
    }
}
