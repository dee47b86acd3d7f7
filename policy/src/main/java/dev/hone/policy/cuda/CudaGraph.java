package dev.hone.policy.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Launches recorded once and repeated as one: what costs a launch of microseconds for each operator costs one for all of them.
 * A replay reads and writes the same addresses as the recording, so the tensors that go in and come out have to stay where
 * they are. Belongs to the thread of its stream.
 */
public final class CudaGraph implements AutoCloseable {
    /** More than {@code sizeof(at::cuda::CUDAGraph)} of PyTorch 2.7. */
    private static final long OBJECT_BYTES = 4096;

    private static final int RELAXED = 2;
    private static final int ACTIVE = 1;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment graph = arena.allocate(OBJECT_BYTES, 64);

    private CudaGraph() {}

    /**
     * Records what {@code work} launches from this thread; nothing of it is computed yet. It must neither wait for the device nor
     * copy from the host, and should have run once before, so that libraries have made their choices.
     *
     * @throws IllegalStateException if the device refused the recording
     */
    public static CudaGraph capture(CudaStream stream, CudaGraphPool pool, Runnable work) {
        CudaGraph recorded = new CudaGraph();
        try {
            CudaLibrary.GRAPH_CONSTRUCT.invokeExact(recorded.graph);
            CudaLibrary.GRAPH_CAPTURE_BEGIN.invokeExact(recorded.graph, pool.first(), pool.second(), RELAXED);
            RuntimeException failure = null;
            try {
                work.run();
            } catch (RuntimeException e) {
                failure = e;
            }
            recorded.end(stream, failure);
            return recorded;
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        }
    }

    /** PyTorch's own end of a recording throws C++ exceptions, which would end the process: it is called for good ones only. */
    private void end(CudaStream stream, @Nullable RuntimeException failure) throws Throwable {
        MemorySegment cell = arena.allocate(CudaLibrary.CELL);
        CudaLibrary.check(
                "cudaStreamIsCapturing", (int) CudaLibrary.STREAM_IS_CAPTURING.invokeExact(stream.handle(), cell));
        int status = cell.get(JAVA_INT, 0);
        if (status == ACTIVE) {
            CudaLibrary.GRAPH_CAPTURE_END.invokeExact(graph);
            if (failure != null) {
                close();
                throw failure;
            }
            return;
        }
        int ended = (int) CudaLibrary.STREAM_END_CAPTURE.invokeExact(stream.handle(), cell);
        throw new IllegalStateException(
                "The device refused to record a graph (status %d, end %d).".formatted(status, ended), failure);
    }

    /** Launches all of it on the thread's current stream. */
    public void replay() {
        try {
            CudaLibrary.GRAPH_REPLAY.invokeExact(graph);
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        }
    }

    @Override
    public void close() {
        try {
            CudaLibrary.GRAPH_DESTRUCT.invokeExact(graph);
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        } finally {
            arena.close();
        }
    }
}
