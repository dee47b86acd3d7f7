package dev.hone.learner.golden;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;

/// The types that every case is computed in, by the same code.
enum Precision {
    FLOAT64(DataType.FLOAT64, 1e-6),
    FLOAT32(DataType.FLOAT32, 2e-5);

    private final DataType type;
    private final double tolerance;

    Precision(DataType type, double tolerance) {
        this.type = type;
        this.tolerance = tolerance;
    }

    /// A case's name in this precision, for example `losses/grpo (float32)`.
    String of(String name) {
        return name + " (" + type.name().toLowerCase(Locale.ROOT) + ")";
    }

    DataType type() {
        return type;
    }

    /// The largest relative error that passes.
    double tolerance() {
        return tolerance;
    }

    /// Values as this type holds them.
    double[] round(double[] values) {
        return this == FLOAT64
                ? values
                : Arrays.stream(values).map(v -> (float) v).toArray();
    }
}
