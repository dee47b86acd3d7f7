package dev.hone.policy.generation;

import ai.djl.Device;
import dev.hone.policy.cuda.CudaStream;
import java.util.Optional;

/** Records work of the program so that it can be repeated on the same arrays. */
interface Recorder extends AutoCloseable {

    /** Work that was recorded. */
    interface Recording extends AutoCloseable {
        void replay();

        @Override
        void close();
    }

    /** The work has run once before; what it does must not depend on the arrays' values. */
    Recording record(Runnable work);

    @Override
    void close();

    /**
     * Records CUDA graphs, and gives the calling thread a stream of its own until it is closed. Empty on a CPU, with {@code
     * -Dhone.cuda-graphs=false}, and where the CUDA libraries have no graphs.
     */
    static Optional<Recorder> on(Device device) {
        if (!device.isGpu() || "false".equals(System.getProperty("hone.cuda-graphs"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CudaRecorder(CudaStream.enter(device.getDeviceId())));
        } catch (LinkageError e) {
            System.getLogger(Recorder.class.getName())
                    .log(System.Logger.Level.WARNING, "No CUDA graphs: generation launches every operator.", e);
            return Optional.empty();
        }
    }
}
