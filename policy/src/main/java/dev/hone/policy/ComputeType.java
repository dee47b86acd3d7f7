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
}
