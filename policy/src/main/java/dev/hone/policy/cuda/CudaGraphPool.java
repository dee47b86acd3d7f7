package dev.hone.policy.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Memory that graphs of one thread share for what they compute on the way: none of them may rely on it after its replay.
 *
 * @param first half of PyTorch's pool id
 * @param second the other half
 */
public record CudaGraphPool(long first, long second) {

    /** A new pool; PyTorch frees it with its last graph. */
    public static CudaGraphPool create() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = (MemorySegment) CudaLibrary.POOL_HANDLE.invokeExact((SegmentAllocator) arena);
            return new CudaGraphPool(pair.get(JAVA_LONG, 0), pair.get(JAVA_LONG, 8));
        } catch (Throwable e) {
            throw CudaLibrary.thrown(e);
        }
    }
}
