package dev.hone.learner.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.hone.policy.Parameter;
import dev.hone.policy.Policy;
import dev.hone.policy.TorchProgram;
import dev.hone.policy.safetensors.SafetensorsFile;
import dev.hone.policy.safetensors.SafetensorsWriter;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// AdamW with decoupled weight decay on every parameter, and clipping by the gradients' global norm. Owns the moments.
/// Not thread-safe: it belongs to the thread that trains.
public final class AdamW implements AutoCloseable {
    private static final double NORM_EPSILON = 1e-6;
    private static final String FIRST = "m.";
    private static final String SECOND = "v.";

    private final Policy policy;
    private final Settings settings;
    private final TorchProgram program;
    private final NDManager manager;
    private final List<NDArray> first;
    private final List<NDArray> second;
    private long steps;

    /// How it steps.
    ///
    /// @param beta1 decay of the first moment
    /// @param beta2 decay of the second moment
    /// @param epsilon added to the root of the second moment
    /// @param weightDecay each step multiplies the weights by `1 - lr * weightDecay`
    /// @param gradClip gradients are scaled down to this global norm; 0: never
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double gradClip) {}

    /// Moments of 0.
    public AdamW(Policy policy, Settings settings) {
        this.policy = policy;
        this.settings = settings;
        this.program = TorchProgram.load(
                AdamW.class, "adamw.py", "AdamW", policy.options().device());
        this.manager = policy.manager().newSubManager();
        this.first = zeros();
        this.second = zeros();
    }

    private List<NDArray> zeros() {
        return policy.parameters().stream()
                .map(parameter -> manager.zeros(parameter.array().getShape(), DataType.FLOAT32))
                .toList();
    }

    /// Optimizer steps done.
    public long steps() {
        return steps;
    }

    /// Updates the trainable parameters.
    ///
    /// @param learningRate of this step
    /// @param gradients one for each trainable parameter, float32; they stay as they are
    /// @return the gradients' global norm before clipping; if it is not finite, nothing has changed
    public double step(double learningRate, List<NDArray> gradients) {
        try (NDManager scratch = manager.newSubManager()) {
            double norm =
                    program.call(scratch, "norm", gradients).singletonOrThrow().getFloat();
            if (!Double.isFinite(norm)) {
                return norm;
            }
            steps++;
            List<NDArray> weights =
                    policy.parameters().stream().map(Parameter::array).toList();
            program.call(
                    scratch,
                    "step",
                    weights,
                    gradients,
                    first,
                    second,
                    scale(norm),
                    learningRate,
                    settings.weightDecay(),
                    settings.beta1(),
                    settings.beta2(),
                    settings.epsilon(),
                    1 - Math.pow(settings.beta1(), (double) steps),
                    1 - Math.pow(settings.beta2(), (double) steps));
            return norm;
        }
    }

    private double scale(double norm) {
        return settings.gradClip() > 0 ? Math.min(1, settings.gradClip() / (norm + NORM_EPSILON)) : 1;
    }

    /// Writes the moments as safetensors.
    public void save(Path file) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            Parameter parameter = policy.parameters().get(i);
            tensors.add(stored(FIRST + parameter.name(), first.get(i)));
            tensors.add(stored(SECOND + parameter.name(), second.get(i)));
        }
        SafetensorsWriter.write(file, tensors, Map.of());
    }

    private static StoredTensor stored(String name, NDArray array) {
        return new StoredTensor(name, StoredType.F32, array.getShape().getShape(), array::toByteBuffer);
    }

    /// Reads what [#save] wrote.
    ///
    /// @param stepsDone optimizer steps that lie behind the moments
    public void load(Path file, long stepsDone) throws IOException {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            for (int i = 0; i < first.size(); i++) {
                Parameter parameter = policy.parameters().get(i);
                first.get(i).set(stored.float32(FIRST + parameter.name()));
                second.get(i).set(stored.float32(SECOND + parameter.name()));
            }
        }
        steps = stepsDone;
    }

    @Override
    public void close() {
        manager.close();
        program.close();
    }
}
