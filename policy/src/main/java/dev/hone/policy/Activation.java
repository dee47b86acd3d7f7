package dev.hone.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The function in a feed-forward block; the order is the program's. */
public enum Activation {
    SILU("silu", "swish"),
    GELU_TANH("gelu_pytorch_tanh", "gelu_python_tanh", "gelu_new"),
    GELU("gelu", "gelu_python"),
    RELU("relu");

    private final List<String> names;

    /** @param names under which Transformers knows it */
    Activation(String... names) {
        this.names = List.of(names);
    }

    static Optional<Activation> named(String name) {
        return Arrays.stream(values())
                .filter(activation -> activation.names.contains(name))
                .findFirst();
    }

    static String allNames() {
        return String.join(
                ", ",
                Arrays.stream(values())
                        .flatMap(activation -> activation.names.stream())
                        .toList());
    }
}
