package dev.hone.policy;

import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021, RoFormer, eq. 15) and its scalings, as Transformers 5
 * ({@code modeling_rope_utils.py}) computes them: in float32, rounded where it rounds.
 */
public sealed interface Rotary {

    /**
     * Inverse frequencies [D/2].
     *
     * @param size dimensions D of a head
     * @param length tokens of the timeline, its largest position + 1; matters only where {@link #stretches}
     */
    float[] frequencies(int size, int length);

    /** Factor of cosine and sine. */
    default double attentionFactor() {
        return 1;
    }

    /** Whether a timeline of this length is turned otherwise than a short one. */
    default boolean stretches(int length) {
        return false;
    }

    /** theta^(-2i/D). */
    record Plain(double theta) implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            float[] inverse = powers(theta, size);
            for (int i = 0; i < inverse.length; i++) {
                inverse[i] = 1f / inverse[i];
            }
            return inverse;
        }
    }

    /** All frequencies divided by a factor (position interpolation). */
    record Linear(double theta, double factor) implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            float[] inverse = new Plain(theta).frequencies(size, length);
            for (int i = 0; i < inverse.length; i++) {
                inverse[i] /= (float) factor;
            }
            return inverse;
        }
    }

    /** As linear, and only the first part of the head turns: the other frequencies are 0. */
    record Proportional(double theta, double factor, double part) implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            float[] inverse = new Linear(theta, factor).frequencies(size, length);
            for (int i = (int) Math.floor(part * size / 2); i < inverse.length; i++) {
                inverse[i] = 0;
            }
            return inverse;
        }
    }

    /** NTK-aware: beyond the trained length, theta grows with the timeline's length. */
    record Dynamic(double theta, double factor, int trainedPositions) implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            if (!stretches(length)) {
                return new Plain(theta).frequencies(size, length);
            }
            float stretch = (float) factor * length / trainedPositions - (float) (factor - 1);
            float grown = (float) theta * (float) Math.pow(stretch, (float) ((double) size / (size - 2)));
            return new Plain(grown).frequencies(size, length);
        }

        @Override
        public boolean stretches(int length) {
            return length > trainedPositions;
        }
    }

    /**
     * YaRN (Peng et al. 2023, arXiv 2309.00071): low frequencies interpolated, high ones kept, a ramp between.
     *
     * @param trainedPositions length before the extension
     * @param betaFast rotations over that length above which a frequency is kept
     * @param betaSlow rotations below which it is interpolated
     * @param truncate whether the ramp's ends are rounded outward to whole dimensions
     */
    record Yarn(
            double theta,
            double factor,
            int trainedPositions,
            double attentionFactor,
            double betaFast,
            double betaSlow,
            boolean truncate)
            implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            double low = dimension(betaFast, size);
            double high = dimension(betaSlow, size);
            low = Math.max(truncate ? Math.floor(low) : low, 0);
            high = Math.min(truncate ? Math.ceil(high) : high, size - 1.0);
            if (low == high) {
                high += 0.001;
            }
            float[] frequencies = powers(theta, size);
            for (int i = 0; i < frequencies.length; i++) {
                float ramp = Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
                float kept = 1 - ramp;
                float extrapolated = 1f / frequencies[i];
                float interpolated = 1f / ((float) factor * frequencies[i]);
                frequencies[i] = interpolated * (1 - kept) + extrapolated * kept;
            }
            return frequencies;
        }

        /** The dimension whose frequency makes this many rotations over the trained length. */
        private double dimension(double rotations, int size) {
            return size * Math.log(trainedPositions / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /** LongRoPE: each frequency divided by a factor of its own, one set up to the trained length, one beyond. */
    record LongRope(
            double theta,
            int trainedPositions,
            double attentionFactor,
            List<Double> shortFactors,
            List<Double> longFactors)
            implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            List<Double> factors = stretches(length) ? longFactors : shortFactors;
            float[] frequencies = powers(theta, size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = 1f / (factors.get(i).floatValue() * frequencies[i]);
            }
            return frequencies;
        }

        @Override
        public boolean stretches(int length) {
            return length > trainedPositions;
        }
    }

    /** Llama 3.1: long wavelengths interpolated, short ones kept, smoothed between. */
    record Llama3(double theta, double factor, double lowFactor, double highFactor, int trainedPositions)
            implements Rotary {
        @Override
        public float[] frequencies(int size, int length) {
            float[] inverse = new Plain(theta).frequencies(size, length);
            float longest = (float) (trainedPositions / lowFactor);
            float shortest = (float) (trainedPositions / highFactor);
            for (int i = 0; i < inverse.length; i++) {
                float wavelength = (float) (2 * Math.PI) / inverse[i];
                if (wavelength > longest) {
                    inverse[i] /= (float) factor;
                } else if (wavelength >= shortest) {
                    float smooth =
                            (trainedPositions / wavelength - (float) lowFactor) / (float) (highFactor - lowFactor);
                    inverse[i] = (1 - smooth) * inverse[i] / (float) factor + smooth * inverse[i];
                }
            }
            return inverse;
        }
    }

    private static float[] powers(double theta, int size) {
        float[] powers = new float[size / 2];
        for (int i = 0; i < powers.length; i++) {
            float exponent = (float) (2 * i) / size;
            powers[i] = (float) Math.pow((float) theta, exponent);
        }
        return powers;
    }
}
