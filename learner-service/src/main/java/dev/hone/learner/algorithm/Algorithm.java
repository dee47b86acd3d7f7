package dev.hone.learner.algorithm;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TrainerConfig.AlgorithmConfig;
import dev.hone.learner.advantage.AdvantageEstimator;
import dev.hone.learner.advantage.BatchNormalisedAdvantage;
import dev.hone.learner.advantage.BatchScaledAdvantage;
import dev.hone.learner.advantage.GroupOfOne;
import dev.hone.learner.advantage.GroupRelativeAdvantage;
import dev.hone.learner.advantage.LeaveOneOutAdvantage;
import dev.hone.learner.advantage.MeanCentredAdvantage;
import dev.hone.learner.advantage.RewardAdvantage;
import dev.hone.learner.advantage.TokenWhitenedAdvantage;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.CispoLoss;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.GspoLoss;
import dev.hone.learner.loss.PolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.learner.loss.ReinforceLoss;
import dev.hone.learner.loss.SequenceClippedLoss;
import dev.hone.learner.loss.TruncatedImportance;
import java.util.Locale;
import java.util.Optional;

/// An algorithm, put together from its parts as a configuration names them.
///
/// @param advantages how rewards become advantages
/// @param objective what is minimised
/// @param aggregation how tokens are weighed together
public record Algorithm(AdvantageEstimator advantages, PolicyObjective objective, Aggregation aggregation) {

    /// The algorithm of a run.
    public static Algorithm of(RunConfig config) {
        AlgorithmConfig algorithm = config.trainerCommon().algorithm();
        int length = algorithm.lossScaleFactor() > 0
                ? algorithm.lossScaleFactor()
                : config.rollout().maxModelLen();
        return new Algorithm(
                advantages(algorithm),
                new PolicyObjective(loss(algorithm), importance(algorithm), algorithm.klLossCoef()),
                Aggregation.named(algorithm.lossAggMode(), length));
    }

    private static AdvantageEstimator advantages(AlgorithmConfig config) {
        double epsilon = config.advEpsilon();
        GroupOfOne alone = GroupOfOne.valueOf(config.groupOfOne().toUpperCase(Locale.ROOT));
        return switch (config.advEstimator()) {
            case "grpo" -> new GroupRelativeAdvantage(epsilon, alone);
            case "grpo_batch_std" -> new BatchScaledAdvantage(epsilon, alone);
            case "dr_grpo" -> new MeanCentredAdvantage(alone);
            case "rloo" -> new LeaveOneOutAdvantage(alone);
            case "rloo_normalized" -> new BatchNormalisedAdvantage(new LeaveOneOutAdvantage(alone), epsilon);
            case "reinforce_plus_plus" -> new TokenWhitenedAdvantage(new RewardAdvantage());
            case "reinforce_plus_plus_baseline" -> new TokenWhitenedAdvantage(new MeanCentredAdvantage(alone));
            case "reinforce_plus_plus_sequence" -> new BatchNormalisedAdvantage(new RewardAdvantage(), epsilon);
            default -> throw unknown("adv_estimator", config.advEstimator());
        };
    }

    private static PolicyLoss loss(AlgorithmConfig config) {
        double low = config.clipRatioLow();
        double high = config.clipRatioHigh();
        return switch (config.lossMode()) {
            case "vanilla" -> new ClippedPolicyLoss(low, high, config.clipRatioC());
            case "gspo" -> new GspoLoss(low, high);
            case "sequence_clip" -> new SequenceClippedLoss(low, high);
            case "cispo" -> new CispoLoss(low, high);
            case "reinforce" -> new ReinforceLoss();
            default -> throw unknown("loss_mode", config.lossMode());
        };
    }

    private static Optional<TruncatedImportance> importance(AlgorithmConfig config) {
        if (config.rolloutIs().equals("none")) {
            return Optional.empty();
        }
        TruncatedImportance.Level level =
                TruncatedImportance.Level.valueOf(config.rolloutIs().toUpperCase(Locale.ROOT));
        return Optional.of(new TruncatedImportance(level, config.rolloutIsThreshold()));
    }

    private static IllegalArgumentException unknown(String key, String value) {
        return new IllegalArgumentException(
                "hone.trainer_common.algorithm." + key + " '" + value + "' is not built; see docs/algorithms.md.");
    }
}
