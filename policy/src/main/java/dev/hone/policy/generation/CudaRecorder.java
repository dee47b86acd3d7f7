package dev.hone.policy.generation;

import dev.hone.policy.cuda.CudaGraph;
import dev.hone.policy.cuda.CudaGraphPool;
import dev.hone.policy.cuda.CudaStream;
import org.jspecify.annotations.Nullable;

/** Records CUDA graphs on the stream of the thread; those that are open share the memory of what they compute on the way. */
final class CudaRecorder implements Recorder {
    private final CudaStream stream;
    private @Nullable CudaGraphPool pool;
    private int open;

    CudaRecorder(CudaStream stream) {
        this.stream = stream;
    }

    private final class Graph implements Recording {
        private final CudaGraph graph;

        Graph(CudaGraph graph) {
            this.graph = graph;
            open++;
        }

        @Override
        public void replay() {
            graph.replay();
        }

        @Override
        public void close() {
            graph.close();
            open--;
        }
    }

    @Override
    public Recording record(Runnable work) {
        // PyTorch frees a pool with the last graph that uses it.
        CudaGraphPool shared = open == 0 || pool == null ? CudaGraphPool.create() : pool;
        pool = shared;
        return new Graph(CudaGraph.capture(stream, shared, work));
    }

    @Override
    public void close() {
        stream.close();
    }
}
