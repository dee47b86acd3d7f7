package dev.hone.policy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A language model whose float32 master weights Java owns. Training reads and updates {@link #parameters()} in place;
 * generation reads snapshots made by {@link #publish}. With adapters (LoRA) these are the parameters, and all that the
 * policy computes, publishes and exports has them in. Not thread-safe: one thread trains and publishes.
 */
public final class Policy implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final List<String> PROGRAM =
            List.of("/torchscript/policy.py", "/torchscript/block.py", "/torchscript/training.py");

    private final ModelConfig config;
    private final PolicyOptions options;
    private final Path directory;
    private final String configuration;
    private final Map<String, StoredType> storedTypes;
    private final NDManager manager;
    private final TorchProgram program;
    private final TorchProgram exact;
    private final boolean ownsProgram;
    private final Weights weights;
    private final NDArray rope;

    private Policy(
            ModelConfig config,
            PolicyOptions options,
            Path directory,
            String configuration,
            Map<String, StoredType> storedTypes,
            Weights.Source source,
            LoraConfig lora,
            Weights.Source adapterSource)
            throws IOException {
        this.config = config;
        this.options = options;
        this.directory = directory;
        this.configuration = configuration;
        this.storedTypes = storedTypes;
        this.ownsProgram = true;
        TorchEngine.useThreads(options.threads());
        manager = TorchEngine.get().newBaseManager(options.device());
        try {
            ParameterTable table = new ParameterTable(config);
            LoraTable adapters = new LoraTable(table.specs(), lora);
            rope = RotaryTable.of(config.attention(), new long[] {0}, manager);
            program = program(table, adapters, lora, options.computeType());
            exact = options.computeType() == ComputeType.FLOAT32
                    ? program
                    : program(table, adapters, lora, ComputeType.FLOAT32);
            weights = Weights.load(manager, program, table, source, lora, adapters, adapterSource);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Another's program and base under adapters of its own. */
    private Policy(Policy other) {
        config = other.config;
        options = other.options;
        directory = other.directory;
        configuration = other.configuration;
        storedTypes = other.storedTypes;
        manager = other.manager.newSubManager();
        weights = other.weights.frozen(manager);
        rope = other.rope;
        program = other.program;
        exact = other.exact;
        ownsProgram = false;
    }

    private TorchProgram program(ParameterTable table, LoraTable adapters, LoraConfig lora, ComputeType type) {
        return TorchProgram.load(
                Policy.class,
                PROGRAM,
                "Policy",
                options.device(),
                ProgramConstants.of(config, table, adapters, lora.scale(), type));
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
        return load(directory, configuration, options, LoraConfig.NONE, 0);
    }

    /**
     * Loads a Hugging Face model directory and puts fresh adapters on it, which change nothing yet.
     *
     * @param lora which; if it is not active, there are none
     * @param seed of the adapters
     */
    public static Policy load(Path directory, PolicyOptions options, LoraConfig lora, long seed) throws IOException {
        return load(directory, CONFIG, options, lora, seed);
    }

    /**
     * Loads a Hugging Face model directory and the adapters that PEFT or {@link #exportAdapter} has written.
     *
     * @throws UnsupportedModelException if the adapters are not as {@code lora} says, or more than LoRA
     * @throws dev.hone.policy.safetensors.InvalidWeightsException if they do not fit the model
     */
    public static Policy load(Path directory, PolicyOptions options, LoraConfig lora, Path adapter) throws IOException {
        AdapterDirectory.requireFits(adapter, lora);
        Policy policy = load(directory, options, lora, 0);
        try {
            policy.importState(adapter.resolve(AdapterDirectory.WEIGHTS));
            return policy;
        } catch (IOException | RuntimeException e) {
            policy.close();
            throw e;
        }
    }

    private static Policy load(Path directory, String configuration, PolicyOptions options, LoraConfig lora, long seed)
            throws IOException {
        ModelConfig config = ModelConfig.read(directory, configuration);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            List<ParameterSpec> specs = new ParameterTable(config).specs();
            checkpoint.requireExactly(specs, config.tiedEmbeddings());
            Map<String, StoredType> types = new HashMap<>();
            specs.forEach(spec -> types.put(spec.name(), checkpoint.type(spec.name())));
            Weights.Source source = spec -> checkpoint.float32(spec.name());
            return new Policy(config, options, directory, configuration, types, source, lora, LoraTable.fresh(seed));
        }
    }

    /**
     * Makes a model of a directory that holds a config.json without weights: matrices are drawn from
     * normal(0, initializer_range), norms multiply by 1, biases are 0. The same seed gives the same weights everywhere.
     */
    public static Policy initialise(Path directory, long seed, PolicyOptions options) throws IOException {
        ModelConfig config = ModelConfig.read(directory);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Weights.Source drawn = spec -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(spec.elements(), 4))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < spec.elements(); i++) {
                buffer.putFloat(
                        spec.drawn() ? (float) (random.nextGaussian() * config.initializerRange()) : spec.fill());
            }
            return buffer.flip();
        };
        return new Policy(config, options, directory, CONFIG, Map.of(), drawn, LoraConfig.NONE, LoraTable.fresh(seed));
    }

    /**
     * This policy as it is now, to score by: its adapters are copied, the model's own weights shared. Close it first.
     *
     * @throws IllegalStateException if there are no adapters: load the model a second time
     */
    public Policy frozen() {
        if (!weights.lora().active()) {
            throw new IllegalStateException(
                    "All weights of %s are trained; load it a second time.".formatted(directory));
        }
        return new Policy(this);
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

    /** What is trained, in the program's order: all float32 master weights, or the adapters where there are any. */
    public List<Parameter> parameters() {
        return weights.parameters();
    }

    /** About how many bytes a forward pass keeps of each token for the backward pass, in all layers; see block.py. */
    public long keptBytesPerToken() {
        AttentionConfig attention = config.attention();
        long values = 5L * config.hiddenSize()
                + 3L * attention.headSize() * (attention.heads() + attention.keyValueHeads())
                + 3L * config.intermediateSize();
        return values * config.layers() * (options.computeType() == ComputeType.FLOAT32 ? 4 : 2);
    }

    /** A replica on the policy's own device. */
    public Replica newReplica() {
        return new Replica(this, options.device(), options.threads(), null);
    }

    /**
     * A replica on a device of the same kind.
     *
     * @param threads threads inside one operator on the CPU
     */
    public Replica newReplica(Device device, int threads) {
        return new Replica(this, device, threads, null);
    }

    /** A replica that computes with another one's loaded weights and adds up gradients of its own. */
    public Replica newReplicaBeside(Replica other, int threads) {
        return new Replica(this, other.device(), threads, other);
    }

    /**
     * Gradients that added up in replicas, summed in the order given into the first one's. The result may share memory with
     * its sums: use it before that replica goes on.
     *
     * @param owner of the result
     * @return float32, one for each of {@link #parameters()}
     */
    public List<NDArray> gradients(NDManager owner, List<Replica> replicas) {
        TorchEngine.useThreads(options.threads());
        Replica first = replicas.getFirst();
        replicas.subList(1, replicas.size()).forEach(first::add);
        return exact.callWithAutograd(owner, "unpack", weights.arrays(), first.sums());
    }

    /** The packed weights for scoring and training, on the device of {@code like}. */
    List<OpaqueArray> packed(NDManager owner, NDArray like) {
        TorchEngine.useThreads(options.threads());
        try (NDManager step = manager.newSubManager()) {
            return program.callOpaque(owner, "placed", program.callOpaque(step, "pack", weights.arrays(), false), like);
        }
    }

    /** Zeros for the gradients of the packed weights that trainable parameters go into, on the device of {@code like}. */
    List<NDArray> zeroSums(NDManager owner, NDArray like) {
        try (NDManager step = manager.newSubManager()) {
            NDList zeros = exact.callWithAutograd(step, "zero_sums", weights.arrays());
            return List.copyOf(program.call(owner, "placed", zeros, like));
        }
    }

    /** Scores of the sequences' targets under the weights as they are now, as Java values. */
    public TokenScores score(List<ScoredSequence> sequences) {
        try (Replica replica = newReplica()) {
            return replica.score(sequences);
        }
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
                            packed(step, rope),
                            step.create(Arrays.stream(tokenIds).asLongStream().toArray()),
                            step.create(Arrays.stream(positions).asLongStream().toArray()),
                            step.create(new long[tokenIds.length]),
                            RotaryTable.of(
                                    config.attention(),
                                    new long[] {config.attention().stretch(length)},
                                    step))
                    .singletonOrThrow()
                    .toFloatArray();
        }
    }

    /** Copies the weights into an immutable set for generation, in the compute type. */
    public WeightSet publish(long version) {
        TorchEngine.useThreads(options.threads());
        NDManager owner = manager.getParentManager().newSubManager(options.device());
        List<OpaqueArray> packed = program.callOpaque(owner, "pack", weights.arrays(), true);
        return new WeightSet(version, checksum(), owner, packed);
    }

    /**
     * Names this state of the float32 master weights, the same on every device: 64 hex digits; see {@link WeightChecksum}.
     * With adapters: of them, after the checksum of the model's own weights.
     */
    public String checksum() {
        TorchEngine.useThreads(options.threads());
        return weights.checksum();
    }

    /**
     * Writes a directory that Transformers loads: the weights, adapters in, in one file or in shards, config.json as it
     * was read but for the stored type, and the tokenizer files of the directory that this policy came from. A
     * config.json appears in {@code target} only when all else is there.
     *
     * @param type F32, F16 or BF16
     */
    public void export(Path target, StoredType type) throws IOException {
        TorchEngine.useThreads(options.threads());
        new ModelExport(directory, target, ModelExport.SHARD_BYTES).write(configuration, weights.merged(any -> type));
    }

    /** The same with each weight in the type in which it was stored; float32 for fresh weights. */
    public void export(Path target) throws IOException {
        export(target, ModelExport.SHARD_BYTES);
    }

    void export(Path target, long shardBytes) throws IOException {
        TorchEngine.useThreads(options.threads());
        Function<String, StoredType> types = name -> storedTypes.getOrDefault(name, StoredType.F32);
        new ModelExport(directory, target, shardBytes).write(configuration, weights.merged(types));
    }

    /** Writes the adapters as PEFT lays them out; {@link IllegalStateException} if there are none. */
    public void exportAdapter(Path target) throws IOException {
        if (!weights.lora().active()) {
            throw new IllegalStateException("This policy has no adapters to write to %s.".formatted(target));
        }
        weights.writeAdapter(target, directory);
    }

    /**
     * Writes {@link #parameters()} alone, as float32 and under their names, for a checkpoint; beside adapters the
     * checksum of the weights that they belong to.
     */
    public void exportState(Path file) throws IOException {
        weights.write(file);
    }

    /**
     * Reads what {@link #exportState} wrote into the parameters, in place; gradients and owners stay.
     *
     * @throws dev.hone.policy.safetensors.InvalidWeightsException if it does not fit, or holds another model's adapters
     */
    public void importState(Path file) throws IOException {
        weights.read(file, config);
    }

    /** The program, for the generator. */
    public TorchProgram program() {
        return program;
    }

    /** Inverse rotary frequencies [kinds, 1, D/2], for the generator. */
    public NDArray rope() {
        return rope;
    }

    @Override
    public void close() {
        if (ownsProgram) {
            program.close();
            if (exact != program) {
                exact.close();
            }
        }
        manager.close();
    }
}
