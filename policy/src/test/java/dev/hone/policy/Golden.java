package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Small model directories of all families. That they agree with Transformers is tested beside the optimizer. */
public final class Golden {
    private Golden() {}

    /** The small qwen2 checkpoint. */
    public static Path directory() {
        return directory("qwen2_tied");
    }

    public static Path directory(String name) {
        try {
            return Path.of(Golden.class.getResource("/golden/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy to damage: config.json and model.safetensors. */
    static Path copy(Path target) throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(directory().resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    public static Policy policy() throws IOException {
        return policy("qwen2_tied");
    }

    public static Policy policy(String name) throws IOException {
        return Policy.load(directory(name), PolicyOptions.cpu());
    }

    /** Gradients, by parameter, of the sum of all targets' log-probabilities, added up over micro-batches. */
    static List<float[]> gradients(Policy policy, List<List<ScoredSequence>> microBatches, boolean sparing) {
        try (Replica replica = policy.newReplica();
                NDManager step = replica.manager().newSubManager()) {
            microBatches.forEach(micro -> backward(replica, micro, sparing));
            return policy.gradients(step, List.of(replica)).stream()
                    .map(NDArray::toFloatArray)
                    .toList();
        }
    }

    /** Adds the gradients of the sum of the targets' log-probabilities; returns their entropies. */
    static float[] backward(Replica replica, List<ScoredSequence> micro, boolean sparing) {
        try (NDManager step = replica.manager().newSubManager()) {
            Trace trace = replica.trace(step, micro, sparing);
            NDArray ones = step.ones(trace.logProbs().getShape());
            return replica.backward(step, trace, ones).toFloatArray();
        }
    }

    /** Largest difference of two arrays of one length; cheap to fail on where AssertJ would list all elements. */
    static float maxDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            float difference = Math.abs(actual[i] - expected[i]);
            largest = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest;
    }
}
