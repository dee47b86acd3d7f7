package dev.hone.learner.loss;

/// REINFORCE, with neither ratio nor clip: `l = -A * new`. It takes the batch as sampled by the weights in
/// training, so it suits one optimizer step a batch.
///
/// Sources: Williams 1992; with leave-one-out advantages and the sum over a sequence's tokens it is RLOO
/// (Ahmadian et al. 2024, "Back to Basics").
public record ReinforceLoss() implements PolicyLoss {

    @Override
    public Terms of(PolicyTokens tokens) {
        return new Terms(
                tokens.advantages().mul(tokens.fresh()).neg(), tokens.inLoss().zerosLike());
    }
}
