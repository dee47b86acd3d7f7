package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A language model whose float32 master weights Java owns. Training reads and updates {@link #parameters()} in place;
 * generation reads snapshots made by {@link #publish}. Not thread-safe: one thread trains and publishes.
 */
public final class Policy implements AutoCloseable {
    private static final String CONFIG = "config.json";

    private final ModelConfig config;
    private final PolicyOptions options;
    private final Path directory;
    private final String configuration;
    private final Map<String, StoredType> storedTypes;
    private final NDManager manager;
    private final TorchProgram program;
    private final List<Parameter> parameters;
    private final List<NDArray> arrays;
    private final NDArray rope;

    private Policy(
            ModelConfig config,
            PolicyOptions options,
            Path directory,
            String configuration,
            Map<String, StoredType> storedTypes,
            ParameterSource source)
            throws IOException {
        this.config = config;
        this.options = options;
        this.directory = directory;
        this.configuration = configuration;
        this.storedTypes = storedTypes;
        TorchEngine.useThreads(options.threads());
        manager = TorchEngine.get().newBaseManager(options.device());
        try {
            List<Parameter> loaded = new ArrayList<>();
            ParameterTable table = new ParameterTable(config);
            for (ParameterSpec spec : table.specs()) {
                NDArray array = array(manager, source.content(spec), new Shape(spec.shape()));
                array.setRequiresGradient(true);
                loaded.add(new Parameter(spec.name(), array));
            }
            parameters = List.copyOf(loaded);
            arrays = parameters.stream().map(Parameter::array).toList();
            rope = RotaryTable.of(config.attention(), new long[] {0}, manager);
            program = TorchProgram.load(
                    Policy.class,
                    "/torchscript/policy.py",
                    "Policy",
                    options.device(),
                    ProgramConstants.of(config, table, options.computeType()));
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Where the initial value of each parameter comes from: little-endian float32. */
    interface ParameterSource {
        ByteBuffer content(ParameterSpec spec) throws IOException;
    }

    /**
     * Loads a Hugging Face model directory.
     *
     * @throws UnsupportedModelException if config.json asks for something not built
     * @throws dev.hone.policy.safetensors.InvalidWeightsException if weights are missing, damaged or do not fit
     */
    public static Policy load(Path directory, PolicyOptions options) throws IOException {
        return load(directory, CONFIG, options);
    }

    /** The same with a configuration of another name. */
    public static Policy load(Path directory, String configuration, PolicyOptions options) throws IOException {
        ModelConfig config = ModelConfig.read(directory, configuration);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            List<ParameterSpec> specs = new ParameterTable(config).specs();
            checkpoint.requireExactly(specs, config.tiedEmbeddings());
            Map<String, StoredType> types = new HashMap<>();
            specs.forEach(spec -> types.put(spec.name(), checkpoint.type(spec.name())));
            return new Policy(
                    config, options, directory, configuration, types, spec -> checkpoint.float32(spec.name()));
        }
    }

    /**
     * Makes a model of a directory that holds a config.json without weights: matrices are drawn from
     * normal(0, initializer_range), norms multiply by 1, biases are 0. The same seed gives the same weights everywhere.
     */
    public static Policy initialise(Path directory, long seed, PolicyOptions options) throws IOException {
        ModelConfig config = ModelConfig.read(directory);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return new Policy(config, options, directory, CONFIG, Map.of(), spec -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(spec.elements(), 4))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < spec.elements(); i++) {
                buffer.putFloat(
                        spec.drawn() ? (float) (random.nextGaussian() * config.initializerRange()) : spec.fill());
            }
            return buffer.flip();
        });
    }

    public ModelConfig config() {
        return config;
    }

    public PolicyOptions options() {
        return options;
    }

    /** The directory that the policy was loaded from: its tokenizer files lie there. */
    public Path directory() {
        return directory;
    }

    /** The manager of the weights; make a sub-manager of it for each step and close that. */
    public NDManager manager() {
        return manager;
    }

    /** Float32 master weights in the program's order. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** Opens the JVM's one gradient collector on this thread; its failures are {@link TorchProgramException}s. */
    public GradientCollector newGradientCollector() {
        return new CheckedCollector(TorchEngine.get().newGradientCollector());
    }

    /** Sets all gradients to zero; gradients add up over backward passes until then. */
    public void zeroGradients() {
        for (NDArray array : arrays) {
            JniUtils.zeroGrad((PtNDArray) array);
        }
    }

    /**
     * Log-probabilities of the sequences' targets, differentiable: call it inside {@link #newGradientCollector()}. What
     * goes into one call is one micro-batch. Sequences with a common beginning are computed together; neither their
     * order nor their company changes a result beyond rounding.
     *
     * @param step owns the result
     * @param sequences at least one target among them
     * @throws IllegalArgumentException if an id is no token of the model
     */
    public DifferentiableScores differentiableScores(NDManager step, List<ScoredSequence> sequences) {
        TorchEngine.useThreads(options.threads());
        PackedBatch batch = packed(sequences);
        try (NDManager inputs = step.newSubManager()) {
            NDList scores = program.callDifferentiable(step, "score", arrays, scoreArguments(inputs, batch));
            return new DifferentiableScores(scores.get(0), scores.get(1), batch.tokens());
        }
    }

    /** The same without gradients, as Java values. */
    public TokenScores score(List<ScoredSequence> sequences) {
        TorchEngine.useThreads(options.threads());
        PackedBatch batch = packed(sequences);
        try (NDManager step = manager.newSubManager()) {
            NDArray[] rest = scoreArguments(step, batch);
            Object[] arguments = new Object[rest.length + 1];
            arguments[0] = arrays;
            System.arraycopy(rest, 0, arguments, 1, rest.length);
            NDList scores = program.call(step, "score", arguments);
            return new TokenScores(scores.get(0).toFloatArray(), scores.get(1).toFloatArray(), batch.tokens());
        }
    }

    private PackedBatch packed(List<ScoredSequence> sequences) {
        for (int i = 0; i < sequences.size(); i++) {
            config.requireTokens("Sequence " + i, sequences.get(i).tokenIds());
        }
        return PackedBatch.of(
                sequences, config.attention()::stretch, !options.device().isGpu());
    }

    private NDArray[] scoreArguments(NDManager owner, PackedBatch batch) {
        if (batch.rows().length == 0) {
            throw new IllegalArgumentException("No sequence has a target to score.");
        }
        NDManager host = owner.newSubManager(ai.djl.Device.cpu());
        return new NDArray[] {
            owner.create(batch.ids()),
            owner.create(batch.positions()),
            owner.create(batch.choices()),
            host.create(batch.sizes()),
            host.create(batch.parents()),
            owner.create(batch.rows()),
            owner.create(batch.targets()),
            owner.create(batch.cooling()),
            rope(owner, batch.stretches())
        };
    }

    private NDArray rope(NDManager owner, long[] stretches) {
        return Arrays.equals(stretches, new long[] {0}) ? rope : RotaryTable.of(config.attention(), stretches, owner);
    }

    /**
     * Logits of the token after each of one sequence's tokens, without gradients: for comparisons of small models.
     *
     * @param tokenIds {@code int[N]}
     * @param positions {@code int[N]}, usually 0, 1, 2, …
     * @return N times V values, row after row
     * @throws IllegalArgumentException if an id is no token, or there are none or not as many positions
     */
    public float[] logits(int[] tokenIds, int[] positions) {
        if (tokenIds.length == 0 || positions.length != tokenIds.length) {
            throw new IllegalArgumentException(
                    "%d tokens with %d positions: give at least one token, and a position each."
                            .formatted(tokenIds.length, positions.length));
        }
        config.requireTokens("The sequence", tokenIds);
        TorchEngine.useThreads(options.threads());
        int length = Arrays.stream(positions).max().orElseThrow() + 1;
        try (NDManager step = manager.newSubManager()) {
            return program.call(
                            step,
                            "logits",
                            arrays,
                            step.create(Arrays.stream(tokenIds).asLongStream().toArray()),
                            step.create(Arrays.stream(positions).asLongStream().toArray()),
                            step.create(new long[tokenIds.length]),
                            rope(step, new long[] {config.attention().stretch(length)}))
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    /** Copies the weights into an immutable set for generation, in the compute type. */
    public WeightSet publish(long version) {
        TorchEngine.useThreads(options.threads());
        NDManager owner = manager.getParentManager().newSubManager(options.device());
        List<OpaqueArray> packed = program.callOpaque(owner, "pack", arrays, true);
        return new WeightSet(version, checksum(), owner, packed);
    }

    /** Names this state of the float32 master weights, the same on every device: 64 hex digits; see {@link WeightChecksum}. */
    public String checksum() {
        TorchEngine.useThreads(options.threads());
        return WeightChecksum.of(program, manager, parameters);
    }

    /**
     * Writes a directory that Transformers loads: the weights in one file or in shards, config.json as it was read but for
     * the stored type, and the tokenizer files of the directory that this policy came from. A config.json appears in
     * {@code target} only when all else is there.
     *
     * @param type F32, F16 or BF16
     */
    public void export(Path target, StoredType type) throws IOException {
        new ModelExport(directory, target, ModelExport.SHARD_BYTES).write(configuration, parameters, any -> type);
    }

    /** The same with each weight in the type in which it was stored; float32 for fresh weights. */
    public void export(Path target) throws IOException {
        export(target, ModelExport.SHARD_BYTES);
    }

    void export(Path target, long shardBytes) throws IOException {
        new ModelExport(directory, target, shardBytes)
                .write(
                        configuration,
                        parameters,
                        parameter -> storedTypes.getOrDefault(parameter.name(), StoredType.F32));
    }

    /** Writes the float32 master weights alone, under their names, for a checkpoint. */
    public void exportState(Path file) throws IOException {
        ModelExport.writeState(file, parameters);
    }

    /** Reads what {@link #exportState} wrote into the master weights, in place; gradients and owners stay. */
    public void importState(Path file) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.openFile(file)) {
            checkpoint.requireExactly(new ParameterTable(config).specs(), config.tiedEmbeddings());
            for (Parameter parameter : parameters) {
                try (NDManager step = manager.newSubManager()) {
                    Shape dimensions = parameter.array().getShape();
                    NDArray stored = step.create(checkpoint.float32(parameter.name()), dimensions, DataType.FLOAT32);
                    program.call(step, "assign", parameter.array(), stored);
                }
            }
        }
    }

    /** The program, for the generator. */
    public TorchProgram program() {
        return program;
    }

    /** Inverse rotary frequencies [kinds, 1, D/2], for the generator. */
    public NDArray rope() {
        return rope;
    }

    /** A torch-owned copy: the buffer may be freed or reused afterwards. */
    private static NDArray array(NDManager owner, ByteBuffer content, Shape shape) {
        try (NDArray view = owner.create(content, shape, DataType.FLOAT32)) {
            return view.duplicate();
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
