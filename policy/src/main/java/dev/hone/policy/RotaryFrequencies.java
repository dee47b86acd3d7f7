package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Rotary position embedding (Su et al. 2021, RoFormer, eq. 15): inverse frequencies theta^(-2i/D). */
final class RotaryFrequencies {
    private RotaryFrequencies() {}

    /** [D/2] float32, rounded where Hugging Face rounds: the exponent, the power and the quotient. */
    static NDArray of(ModelConfig config, NDManager owner) {
        float[] inverse = new float[config.headSize() / 2];
        for (int i = 0; i < inverse.length; i++) {
            float exponent = (float) (2 * i) / config.headSize();
            inverse[i] = 1f / (float) Math.pow(config.ropeTheta(), exponent);
        }
        return owner.create(inverse);
    }
}
