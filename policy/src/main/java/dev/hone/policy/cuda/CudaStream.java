package dev.hone.policy.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A CUDA stream on which all that PyTorch launches from one thread runs, beside other threads' work. It does not wait for the
 * default stream: what another thread made has to be finished (read back, for example) before it is handed over.
 */
public final class CudaStream implements AutoCloseable {
    private static final int NON_BLOCKING = 1;

    private final MemorySegment stream;
    private final MemorySegment guard;

    private CudaStream(MemorySegment stream, MemorySegment guard) {
        this.stream = stream;
        this.guard = guard;
    }

    /**
     * Gives the calling thread a stream of its own until it closes this; only that thread may close it.
     *
     * @param device index of the GPU
     * @throws UnsatisfiedLinkError if no CUDA libraries are loaded
     */
    public static CudaStream enter(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = arena.allocate(CudaLibrary.CELL);
            CudaLibrary.check("cudaSetDevice", (int) CudaLibrary.SET_DEVICE.invokeExact(device));
            CudaLibrary.check(
                    "cudaStreamCreateWithFlags", (int) CudaLibrary.STREAM_CREATE.invokeExact(cell, NON_BLOCKING));
            MemorySegment stream = cell.get(ADDRESS, 0);
            CudaLibrary.check("aoti_torch_create_cuda_stream_guard", (int)
                    CudaLibrary.CREATE_STREAM_GUARD.invokeExact(stream, device, cell));
            return new CudaStream(stream, cell.get(ADDRESS, 0));
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        }
    }

    MemorySegment handle() {
        return stream;
    }

    /** Waits for what was launched, and gives the thread its former stream back. PyTorch may keep memory of the stream: it lives on. */
    @Override
    public void close() {
        try {
            CudaLibrary.check("cudaStreamSynchronize", (int) CudaLibrary.STREAM_SYNCHRONIZE.invokeExact(stream));
            CudaLibrary.check(
                    "aoti_torch_delete_cuda_stream_guard", (int) CudaLibrary.DELETE_STREAM_GUARD.invokeExact(guard));
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        }
    }
}
