package dev.hone.policy;

import dev.hone.contracts.run.LoraConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The adapters of a model under PEFT's names, A [rank, in] and B [out, rank] by turns, and where the program finds those
 * of each of the model's own parameters. Without adapters it is empty.
 */
final class LoraTable {
    private static final String PREFIX = "base_model.model.";
    private static final String WEIGHT = ".weight";
    private static final String A = ".lora_A" + WEIGHT;
    private static final String B = ".lora_B" + WEIGHT;

    private final List<ParameterSpec> specs = new ArrayList<>();
    private final long[] places;

    /** @param base the model's own parameters, in the program's order */
    LoraTable(List<ParameterSpec> base, LoraConfig lora) {
        places = new long[base.size()];
        Arrays.fill(places, -1);
        for (int i = 0; i < places.length && lora.active(); i++) {
            ParameterSpec spec = base.get(i);
            if (lora.targetModules().stream().anyMatch(target -> spec.name().endsWith("." + target + WEIGHT))) {
                places[i] = base.size() + specs.size();
                String module = PREFIX + spec.name().substring(0, spec.name().length() - WEIGHT.length());
                specs.add(ParameterSpec.matrix(module + A, lora.rank(), spec.shape()[1]));
                specs.add(ParameterSpec.matrix(module + B, spec.shape()[0], lora.rank()));
            }
        }
    }

    /** Names and shapes; they come after the model's own parameters. */
    List<ParameterSpec> specs() {
        return List.copyOf(specs);
    }

    /** For each of the model's own parameters the index of its A, whose B is the next, or -1. */
    long[] places() {
        return places.clone();
    }

    /**
     * Fresh adapters, which change nothing yet: B is 0, and A is drawn as PEFT draws it, Kaiming-uniform with negative
     * slope sqrt(5), which is uniform on [-1/sqrt(in), 1/sqrt(in)). The same seed gives the same weights everywhere.
     */
    static Weights.Source fresh(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return spec -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(spec.elements(), 4))
                    .order(ByteOrder.LITTLE_ENDIAN);
            double bound = spec.name().endsWith(A) ? 1 / Math.sqrt(spec.shape()[1]) : 0;
            for (int i = 0; i < spec.elements(); i++) {
                buffer.putFloat(bound == 0 ? 0 : (float) random.nextDouble(-bound, bound));
            }
            return buffer.flip();
        };
    }
}
