package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.batch.TrainingBatch;
import dev.hone.learner.episode.JudgedEpisode;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.learner.loss.TruncatedImportance;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the trajectory to the weights: {@code PolicyObjectiveTests} looks at the losses alone. */
class MaskTests {
    private static final float[] JUNK = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 500, -500};

    private record Outcome(String weights, Map<String, Double> metrics) {}

    /** Old and new ratio, KL, entropy, gap, gradient norm and each denominator are among the metrics or move the weights. */
    @ParameterizedTest
    @EnumSource
    void logProbabilitiesOutsideTheMaskReachNeitherWeightsNorMetrics(Aggregation.Mode mode) throws Exception {
        Outcome clean = update(mode, false);
        assertThat(clean.metrics()).containsKeys("entropy", "kl", "importance/mean", "logprob_gap/max", "grad_norm");
        assertThat(clean.metrics().values())
                .allSatisfy(value -> assertThat(value).isFinite());
        assertThat(update(mode, true)).isEqualTo(clean);
    }

    private static Outcome update(Aggregation.Mode mode, boolean junk) throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Policy reference = Policy.initialise(GoldenModel.directory(), 5, PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.01, 1));
                Replicas replicas = Replicas.of(policy, 2);
                Replicas frozen = Replicas.one(reference)) {
            PolicyObjective objective = new PolicyObjective(
                    new ClippedPolicyLoss(0.2, 0.28, 3),
                    Optional.of(new TruncatedImportance(TruncatedImportance.Level.TOKEN, 2)),
                    0.04);
            UpdateSettings settings = new UpdateSettings(new Aggregation(mode, 32), 2, 2, new LearningRate(1e-2, 0, 0));
            UpdateStatistics statistics = new UpdateStep(
                            replicas, frozen, optimizer, objective, settings, new MemoryBudget(40, false, false))
                    .run(batch(junk))
                    .statistics();
            return new Outcome(policy.checksum(), statistics.metrics());
        }
    }

    private static List<TrainingSequence> batch(boolean junk) {
        List<TrainingSequence> batch = new ArrayList<>();
        for (int episode = 0; episode < 4; episode++) {
            Trajectory trajectory = new Trajectory(List.of(timeline(episode, junk)));
            JudgedEpisode judged = new JudgedEpisode(
                    new EpisodeKey(new RunId("run"), Purpose.TRAIN, 1, 0, episode, 0),
                    trajectory,
                    new EpisodeFinished.Usage(3, 2, 1, 0, 0, 0),
                    0,
                    1,
                    true,
                    Map.of());
            batch.addAll(TrainingBatch.sequences(episode, judged, episode % 2 == 0 ? 1 : -1, 1));
        }
        return batch;
    }

    /** A prompt, a turn, a tool's answer, a turn. */
    private static Timeline timeline(int episode, boolean junk) {
        Random random = new Random(episode);
        int[] tokens = random.ints(18 + episode, 0, 512).toArray();
        BitSet mask = new BitSet();
        mask.set(4, 9);
        mask.set(13, tokens.length);
        float[] logProbs = new float[tokens.length];
        Arrays.fill(logProbs, -6.2f);
        for (int t = 0; t < tokens.length; t++) {
            if (!mask.get(t)) {
                logProbs[t] = junk ? JUNK[random.nextInt(JUNK.length)] : 0;
            }
        }
        return new Timeline(tokens, mask.toByteArray(), logProbs, List.of(), List.of());
    }
}
