package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.ScoredSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelFlopsTests {

    @Test
    void countsSixOperationsForEachParameterAndTokenAndTheAttentionToEveryPosition() throws Exception {
        ModelConfig model = ModelConfig.read(GoldenModel.directory());
        // 116,544 parameters, the embedding is the output projection too; 3 layers, 4 heads of 16
        // 10 tokens: 6 * 10 * (116,544 + 2 * 3 * 4 * 16 * 10)
        assertThat(ModelFlops.of(model, LoraConfig.NONE).of(List.of(sequence(10))))
                .isEqualTo(6.0 * 10 * (116_544 + 2 * 3 * 4 * 16 * 10));
        assertThat(ModelFlops.of(model, LoraConfig.NONE).of(List.of(sequence(10), sequence(20))))
                .isEqualTo(6.0 * (30 * 116_544 + 2 * 3 * 4 * 16 * (100 + 400)));
    }

    @Test
    void frozenWeightsGetNoGradient() throws Exception {
        ModelConfig model = ModelConfig.read(GoldenModel.directory());
        LoraConfig adapters = new LoraConfig(4, 16, LoraConfig.MODULES, 0, false);
        double full = ModelFlops.of(model, LoraConfig.NONE).of(List.of(sequence(10)));
        assertThat(ModelFlops.of(model, adapters).of(List.of(sequence(10)))).isEqualTo(full * 4 / 6);
    }

    private static TrainingSequence sequence(int tokens) {
        return new TrainingSequence(
                0, 0, new ScoredSequence(new int[tokens], new int[tokens], new int[0], new float[0]), new float[0], 1);
    }
}
