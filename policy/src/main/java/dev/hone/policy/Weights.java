package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy's float32 arrays: the model's own weights and, behind them, its adapters. What is trained are the adapters
 * where there are any, and else all weights. Not thread-safe.
 */
final class Weights {
    private static final String BASE_CHECKSUM = "base_checksum";

    private final NDManager manager;
    private final TorchProgram program;
    private final LoraConfig lora;
    private final List<Parameter> base;
    private final List<Parameter> adapters;
    private final List<NDArray> arrays;
    private @Nullable String baseChecksum;

    /** Where the initial value of each parameter comes from: little-endian float32. */
    interface Source {
        ByteBuffer content(ParameterSpec spec) throws IOException;
    }

    private Weights(
            NDManager manager, TorchProgram program, LoraConfig lora, List<Parameter> base, List<Parameter> adapters) {
        this.manager = manager;
        this.program = program;
        this.lora = lora;
        this.base = base;
        this.adapters = adapters;
        this.arrays = Stream.concat(base.stream(), adapters.stream())
                .map(Parameter::array)
                .toList();
    }

    /** Reads weights and adapters; what is trained gets gradients. */
    static Weights load(
            NDManager owner,
            TorchProgram program,
            ParameterTable table,
            Source source,
            LoraConfig lora,
            LoraTable loraTable,
            Source adapterSource)
            throws IOException {
        Weights weights = new Weights(
                owner,
                program,
                lora,
                read(owner, table.specs(), source),
                read(owner, loraTable.specs(), adapterSource));
        weights.parameters().forEach(parameter -> parameter.array().setRequiresGradient(true));
        return weights;
    }

    private static List<Parameter> read(NDManager owner, List<ParameterSpec> specs, Source source) throws IOException {
        List<Parameter> parameters = new ArrayList<>();
        for (ParameterSpec spec : specs) {
            // A torch-owned copy: the buffer may be freed or reused afterwards.
            try (NDArray view = owner.create(source.content(spec), new Shape(spec.shape()), DataType.FLOAT32)) {
                parameters.add(new Parameter(spec.name(), view.duplicate()));
            }
        }
        return List.copyOf(parameters);
    }

    /** The same base with copies of the adapters, which have no gradients and belong to {@code owner}. */
    Weights frozen(NDManager owner) {
        List<Parameter> copies = new ArrayList<>();
        for (Parameter adapter : adapters) {
            try (NDArray still = adapter.array().stopGradient()) {
                NDArray copy = still.duplicate();
                copy.attach(owner);
                copies.add(new Parameter(adapter.name(), copy));
            }
        }
        return new Weights(owner, program, lora, base, List.copyOf(copies));
    }

    LoraConfig lora() {
        return lora;
    }

    /** What is trained. */
    List<Parameter> parameters() {
        return lora.active() ? adapters : base;
    }

    /** All arrays, in the program's order. */
    List<NDArray> arrays() {
        return arrays;
    }

    /** See {@link Policy#checksum()}. */
    String checksum() {
        return lora.active() ? checksum(baseChecksum(), adapters) : checksum("", base);
    }

    private String checksum(String before, List<Parameter> parameters) {
        return WeightChecksum.of(program, manager, before, parameters);
    }

    /** Of the weights that adapters leave as they are. */
    private String baseChecksum() {
        String known = baseChecksum;
        if (known == null) {
            known = checksum("", base);
            baseChecksum = known;
        }
        return known;
    }

    /** The model's own weights, adapters in, to be written one by one. */
    List<StoredTensor> merged(Function<String, StoredType> types) {
        return IntStream.range(0, base.size())
                .mapToObj(at -> {
                    Parameter parameter = base.get(at);
                    return new StoredTensor(
                            parameter.name(),
                            types.apply(parameter.name()),
                            parameter.array().getShape().getShape(),
                            () -> merged(at));
                })
                .toList();
    }

    private ByteBuffer merged(int at) {
        try (NDManager step = manager.newSubManager()) {
            return program.call(step, "weight", arrays, at).singletonOrThrow().toByteBuffer();
        }
    }

    /** Writes what is trained, beside adapters the checksum of the model that they belong to. */
    void write(Path file) throws IOException {
        ModelExport.writeState(file, parameters(), metadata());
    }

    /** Writes the adapters as PEFT lays them out. */
    void writeAdapter(Path target, Path model) throws IOException {
        AdapterDirectory.write(target, model, lora, adapters, metadata());
    }

    private Map<String, String> metadata() {
        return lora.active() ? Map.of(BASE_CHECKSUM, baseChecksum()) : Map.of();
    }

    /** Reads what {@link #write} or PEFT has written into what is trained, in place. */
    void read(Path file, ModelConfig config) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.openFile(file)) {
            List<ParameterSpec> specs = new ParameterTable(config).specs();
            if (lora.active()) {
                checkpoint.requireExactly(new LoraTable(specs, lora).specs(), "lora of rank " + lora.rank());
                requireSameBase(checkpoint, file);
            } else {
                checkpoint.requireExactly(specs, config.tiedEmbeddings());
            }
            for (Parameter parameter : parameters()) {
                try (NDManager step = manager.newSubManager()) {
                    Shape dimensions = parameter.array().getShape();
                    NDArray stored = step.create(checkpoint.float32(parameter.name()), dimensions, DataType.FLOAT32);
                    program.call(step, "assign", parameter.array(), stored);
                }
            }
        }
    }

    /** PEFT's files do not say which model they belong to; Hone's do. */
    private void requireSameBase(Checkpoint checkpoint, Path file) {
        checkpoint
                .metadata(BASE_CHECKSUM)
                .filter(made -> !made.equals(baseChecksum()))
                .ifPresent(made -> {
                    throw new InvalidWeightsException(
                            ("%s holds adapters of a model with checksum %s, but model.path has checksum %s: the base"
                                            + " model has changed. Put back the one that they were trained on.")
                                    .formatted(file, made, baseChecksum()));
                });
    }
}
