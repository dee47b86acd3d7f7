package dev.hone.policy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A TorchScript source file, loaded: each of its methods is one native call. The file holds one class
 * {@code class NAME(Module)} whose only state is constants; arrays are passed in and stay the caller's.
 */
public final class TorchProgram implements AutoCloseable {
    private static final String METHOD_MARK = "module_method:";

    private final String name;
    private final PtNDManager manager;
    private final PtSymbolBlock block;

    private TorchProgram(String name, PtNDManager manager, PtSymbolBlock block) {
        this.name = name;
        this.manager = manager;
        this.block = block;
    }

    /**
     * Compiles a source file from the class path.
     *
     * @param anchor a class beside which the resource is looked up (a leading slash makes it absolute)
     * @param className the class that the source declares
     * @throws ai.djl.engine.EngineException with the compiler's message if the source is wrong
     */
    public static TorchProgram load(Class<?> anchor, String resource, String className, Device device) {
        return load(anchor, resource, className, device, Map.of());
    }

    /**
     * Compiles a source file whose class declares constants.
     *
     * @param constants {@link Boolean}, {@link Integer}, {@link Double}, {@code long[]} or {@code double[]} by the name of
     *     the attribute
     */
    static TorchProgram load(
            Class<?> anchor, String resource, String className, Device device, Map<String, Object> constants) {
        TorchEngine.get();
        TorchEngine.prepareThread();
        PtNDManager manager = (PtNDManager) TorchEngine.get().newBaseManager(device);
        try (InputStream source = anchor.getResourceAsStream(resource)) {
            if (source == null) {
                throw new IllegalStateException("TorchScript source %s is not on the class path.".formatted(resource));
            }
            Path archive = Files.createTempFile("hone-", ".pt");
            try {
                TorchArchive.write(archive, className, source.readAllBytes(), constants);
                PtSymbolBlock block = JniUtils.loadModule(manager, archive, false, new String[0], new String[0], true);
                return new TorchProgram(className, manager, block);
            } finally {
                Files.deleteIfExists(archive);
            }
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("TorchScript source %s could not be unpacked".formatted(resource), e);
        }
    }

    /**
     * Runs a method without gradients. The result belongs to {@code owner} and can never enter autograd (PyTorch's
     * inference mode): copy it through Java before using it in a loss.
     *
     * @param arguments {@link NDArray}, {@link OpaqueArray}, lists of either, {@link Long}, {@link Integer}, {@link Double},
     *     {@link Boolean} or {@code long[]}
     * @throws TorchProgramException if native code fails; an {@link OutOfMemoryException} where memory lacks
     */
    public NDList call(NDManager owner, String method, Object... arguments) {
        return transparent(method, run(owner, method, arguments));
    }

    /** The same for results that only go into other calls: their types may be what DJL does not know, as bfloat16. */
    public List<OpaqueArray> callOpaque(NDManager owner, String method, Object... arguments) {
        return run(owner, method, arguments).stream()
                .map(array -> new OpaqueArray((PtNDArray) array))
                .toList();
    }

    /** DJL ends the process, or gives wrong values, on most of what one can ask an array of a type that it does not know. */
    private NDList transparent(String method, NDList results) {
        for (NDArray result : results) {
            if (result.getDataType() == DataType.UNKNOWN) {
                results.close();
                throw new IllegalStateException(
                        "%s gives an array of a type that DJL does not know (bfloat16); take it with callOpaque, or cast it in the method."
                                .formatted(operation(method)));
            }
        }
        return results;
    }

    private NDList run(NDManager owner, String method, Object... arguments) {
        TorchEngine.prepareThread();
        IValue[] values = Arrays.stream(arguments).map(TorchProgram::value).toArray(IValue[]::new);
        try (IValue result = TorchProgramException.guard(
                () -> operation(method) + TorchProgramException.describe(arguments),
                () -> IValueUtils.runMethod(block, method, values))) {
            return result.toNDList((PtNDManager) owner);
        } finally {
            Arrays.stream(values).forEach(IValue::close);
        }
    }

    /**
     * Runs a method whose result can be differentiated; needs an open gradient collector on this thread. The method's
     * first parameter is the {@code List[Tensor]} of weights, the others are tensors. The result belongs to
     * {@code owner}.
     *
     * @throws TorchProgramException if native code fails; an {@link OutOfMemoryException} where memory lacks
     */
    public NDList callDifferentiable(NDManager owner, String method, List<NDArray> weights, NDArray... arguments) {
        TorchEngine.prepareThread();
        NDList inputs = new NDList();
        try (NDArray mark = owner.create(0f)) {
            mark.setName(METHOD_MARK + method);
            inputs.add(mark);
            for (NDArray weight : weights) {
                weight.setName("w[]");
                inputs.add(weight);
            }
            inputs.addAll(Arrays.asList(arguments));
            return transparent(
                    method,
                    TorchProgramException.guard(
                            () -> operation(method) + TorchProgramException.describe(inputs(weights, arguments)),
                            () -> IValueUtils.forward(block, inputs, true)));
        }
    }

    private String operation(String method) {
        return name + "." + method;
    }

    private static Object[] inputs(List<NDArray> weights, NDArray... arguments) {
        return Stream.concat(Stream.of(weights), Arrays.stream(arguments)).toArray();
    }

    private static IValue value(Object argument) {
        return switch (argument) {
            case PtNDArray array -> IValue.from(array);
            case OpaqueArray opaque -> IValue.from(opaque.array());
            case Long number -> IValue.from(number);
            case Integer number -> IValue.from(number.longValue());
            case Double number -> IValue.from(number);
            case Boolean flag -> IValue.from(flag);
            case long[] numbers -> IValue.listFrom(numbers);
            case List<?> arrays ->
                IValue.listFrom(arrays.stream().map(TorchProgram::array).toArray(PtNDArray[]::new));
            default -> throw new IllegalArgumentException("No TorchScript value for a " + argument.getClass());
        };
    }

    static PtNDArray array(Object element) {
        return element instanceof OpaqueArray opaque ? opaque.array() : (PtNDArray) element;
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
