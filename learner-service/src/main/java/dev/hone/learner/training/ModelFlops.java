package dev.hone.learner.training;

import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.policy.AttentionConfig;
import dev.hone.policy.ModelConfig;
import java.util.List;

/// The floating-point operations that training needs by the model's formula, whatever is computed beside it (recomputed
/// activations, old and reference log-probabilities, padding): `n (N + 2 L q T)` a token, with `N` parameters that
/// multiply (all but an embedding that is only looked up), `L` layers, `q` = heads times head size and `T` tokens of
/// the timeline. `n` is 6 (2 forward, 4 backward), or 4 where adapters alone are trained and frozen weights get no
/// gradient. Source: Chowdhery et al. 2022 (PaLM), appendix B.
record ModelFlops(double parameters, double perPosition, int factor) {

    static ModelFlops of(ModelConfig model, LoraConfig lora) {
        AttentionConfig attention = model.attention();
        double lookedUp = model.tiedEmbeddings() ? 0 : (double) model.vocabularySize() * model.hiddenSize();
        return new ModelFlops(
                model.parameterCount() - lookedUp,
                2.0 * model.layers() * attention.heads() * attention.headSize(),
                lora.active() ? 4 : 6);
    }

    /// Of one pass over these timelines.
    double of(List<TrainingSequence> sequences) {
        return sequences.stream()
                .mapToDouble(sequence -> factor * sequence.length() * (parameters + perPosition * sequence.length()))
                .sum();
    }
}
