package dev.hone.policy;

/** The type of matrix products and activations; norms, softmax and master weights are float32 in either case. */
public enum ComputeType {
    FLOAT32(6),
    BFLOAT16(15);

    private final int torchCode;

    ComputeType(int torchCode) {
        this.torchCode = torchCode;
    }

    /** PyTorch's number for the type. */
    int torchCode() {
        return torchCode;
    }

    /** Bytes of one number. */
    public int bytes() {
        return this == FLOAT32 ? 4 : 2;
    }

    /** The nearest number of the type. */
    double rounded(double value) {
        int bits = Float.floatToRawIntBits((float) value);
        int even = bits + 0x7fff + ((bits >>> 16) & 1);
        return Float.intBitsToFloat(this == FLOAT32 ? bits : even & 0xffff0000);
    }
}
