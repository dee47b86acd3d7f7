package dev.hone.policy;

import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * An immutable snapshot of the weights in the compute type, packed for generation. Whoever holds it last closes it; a
 * generator closes those handed to it.
 */
public final class WeightSet implements AutoCloseable {
    private final long version;
    private final String checksum;
    private final NDManager manager;
    private final List<OpaqueArray> packed;

    WeightSet(long version, String checksum, NDManager manager, List<OpaqueArray> packed) {
        this.version = version;
        this.checksum = checksum;
        this.manager = manager;
        this.packed = List.copyOf(packed);
    }

    public long version() {
        return version;
    }

    /** Of the float32 master weights that this was made of; see {@link Policy#checksum()}. */
    public String checksum() {
        return checksum;
    }

    /** The packed arrays, in the program's order; do not change them. */
    public List<OpaqueArray> packed() {
        return packed;
    }

    /**
     * Writes another set's content over this one's arrays, which stay where they are, and closes the other.
     *
     * @return these arrays as a set of the other's version; it takes this one's place
     */
    public WeightSet overwrittenBy(WeightSet next, TorchProgram program) {
        try (NDManager step = manager.newSubManager()) {
            program.call(step, "overwrite", packed, next.packed);
        }
        next.close();
        return new WeightSet(next.version, next.checksum, manager, packed);
    }

    @Override
    public void close() {
        manager.close();
    }
}
