package dev.hone.policy;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * A native array that Java hands from one program call to the next and never looks into. Its type may be one that DJL does
 * not know, as bfloat16: copying such an array to a device, making one like it, or creating one ends the process, and its
 * bytes and equality are wrong. So none of that can be asked for here.
 */
public final class OpaqueArray implements AutoCloseable {
    private final PtNDArray array;

    OpaqueArray(PtNDArray array) {
        this.array = array;
    }

    PtNDArray array() {
        return array;
    }

    /** Dimensions. */
    public long[] shape() {
        return array.getShape().getShape();
    }

    @Override
    public void close() {
        array.close();
    }
}
