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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
        return load(anchor, List.of(resource), className, device, Map.of());
    }

    /**
     * Compiles source files that follow one another in the text of a class which declares constants.
     *
     * @param constants {@link Boolean}, {@link Integer}, {@link Double}, {@code long[]} or {@code double[]} by the name of
     *     the attribute
     */
    static TorchProgram load(
            Class<?> anchor, List<String> resources, String className, Device device, Map<String, Object> constants) {
        TorchEngine.get();
        TorchEngine.prepareThread();
        PtNDManager manager = (PtNDManager) TorchEngine.get().newBaseManager(device);
        try {
            ByteArrayOutputStream source = new ByteArrayOutputStream();
            for (String resource : resources) {
                append(source, anchor, resource);
            }
            Path archive = Files.createTempFile("hone-", ".pt");
            try {
                TorchArchive.write(archive, className, source.toByteArray(), constants);
                PtSymbolBlock block = JniUtils.loadModule(manager, archive, false, new String[0], new String[0], true);
                return new TorchProgram(className, manager, block);
            } finally {
                Files.deleteIfExists(archive);
            }
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("TorchScript source %s could not be unpacked".formatted(resources), e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static void append(ByteArrayOutputStream source, Class<?> anchor, String resource) throws IOException {
        try (InputStream stream = anchor.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("TorchScript source %s is not on the class path.".formatted(resource));
            }
            stream.transferTo(source);
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
     * Runs a method that uses autograd on parameters that require gradients. Each argument is a {@code List[Tensor]}. Not
     * thread-safe where lists share arrays. The results belong to {@code owner}.
     *
     * @throws TorchProgramException if native code fails; an {@link OutOfMemoryException} where memory lacks
     */
    @SafeVarargs
    final NDList callWithAutograd(NDManager owner, String method, List<NDArray>... lists) {
        TorchEngine.prepareThread();
        NDList inputs = new NDList();
        try (NDArray mark = owner.create(0f)) {
            mark.setName(METHOD_MARK + method);
            inputs.add(mark);
            for (int i = 0; i < lists.length; i++) {
                for (NDArray array : lists[i]) {
                    array.setName("list" + i + "[]");
                    inputs.add(array);
                }
            }
            return transparent(
                    method,
                    TorchProgramException.guard(
                            () -> operation(method) + TorchProgramException.describe((Object[]) lists),
                            () -> TorchEngine.recorded(() -> IValueUtils.forward(block, inputs, true))));
        }
    }

    private String operation(String method) {
        return name + "." + method;
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
