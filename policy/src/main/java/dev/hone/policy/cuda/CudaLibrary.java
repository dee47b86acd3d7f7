package dev.hone.policy.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Functions of the CUDA runtime and of PyTorch's CUDA library. The names of {@code at::cuda::CUDAGraph}'s methods are those of the
 * C++ ABI (Itanium mangling); its pool id, a pair of two integers, travels in two registers.
 */
final class CudaLibrary {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOADED = SymbolLookup.loaderLookup();

    /** Memory for one pointer or number that a function writes. */
    static final MemoryLayout CELL = MemoryLayout.sequenceLayout(8, JAVA_BYTE).withByteAlignment(8);

    static final MethodHandle SET_DEVICE = function("cudaSetDevice", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle STREAM_CREATE =
            function("cudaStreamCreateWithFlags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle STREAM_SYNCHRONIZE =
            function("cudaStreamSynchronize", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle STREAM_IS_CAPTURING =
            function("cudaStreamIsCapturing", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle STREAM_END_CAPTURE =
            function("cudaStreamEndCapture", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle CREATE_STREAM_GUARD = function(
            "aoti_torch_create_cuda_stream_guard", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    static final MethodHandle DELETE_STREAM_GUARD =
            function("aoti_torch_delete_cuda_stream_guard", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle POOL_HANDLE = function(
            "_ZN2at4cuda17graph_pool_handleEv", FunctionDescriptor.of(MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG)));
    static final MethodHandle GRAPH_CONSTRUCT =
            function("_ZN2at4cuda9CUDAGraphC1Ev", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle GRAPH_DESTRUCT =
            function("_ZN2at4cuda9CUDAGraphD1Ev", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle GRAPH_CAPTURE_BEGIN = function(
            "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT));
    static final MethodHandle GRAPH_CAPTURE_END =
            function("_ZN2at4cuda9CUDAGraph11capture_endEv", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle GRAPH_REPLAY =
            function("_ZN2at4cuda9CUDAGraph6replayEv", FunctionDescriptor.ofVoid(ADDRESS));

    private CudaLibrary() {}

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        MemorySegment address = LOADED.find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("The loaded CUDA libraries have no function " + name));
        return LINKER.downcallHandle(address, descriptor);
    }

    /** Throws if a CUDA or PyTorch function answered an error code. */
    static void check(String what, int code) {
        if (code != 0) {
            throw new IllegalStateException("%s answered error %d.".formatted(what, code));
        }
    }

    /** What a method handle threw, as an unchecked exception. */
    static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }
}
