package dev.hone.learner.step;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Values of sequences laid end to end over their targets.
final class TokenArrays {
    private TokenArrays() {}

    /// A sequence's value at each of its targets.
    static float[] repeat(List<TrainingSequence> sequences, ToDoubleFunction<TrainingSequence> value) {
        float[] out =
                new float[sequences.stream().mapToInt(TrainingSequence::targets).sum()];
        int from = 0;
        for (TrainingSequence sequence : sequences) {
            Arrays.fill(out, from, from + sequence.targets(), (float) value.applyAsDouble(sequence));
            from += sequence.targets();
        }
        return out;
    }

    /// Which episode each target belongs to, counted from 0 in the order of the sequences.
    static int[] episodes(List<TrainingSequence> sequences) {
        int[] out =
                new int[sequences.stream().mapToInt(TrainingSequence::targets).sum()];
        int from = 0;
        int index = -1;
        int episode = -1;
        for (TrainingSequence sequence : sequences) {
            index += sequence.episode() == episode ? 0 : 1;
            episode = sequence.episode();
            Arrays.fill(out, from, from + sequence.targets(), index);
            from += sequence.targets();
        }
        return out;
    }

    /// The sequences' arrays, one after another.
    static float[] join(List<TrainingSequence> sequences, Function<TrainingSequence, float[]> values) {
        List<float[]> parts = sequences.stream().map(values).toList();
        float[] out = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int from = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, out, from, part.length);
            from += part.length;
        }
        return out;
    }
}
