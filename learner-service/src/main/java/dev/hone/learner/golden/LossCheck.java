package dev.hone.learner.golden;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Compares advantages, losses and their gradients with a file of what other implementations computed,
/// through the functions that an update calls, in float64 and in float32. The file decides which cases there
/// are, their values and their parameters.
public final class LossCheck {
    private static final Set<String> CASES = Set.of("advantages", "advantages_equal_groups", "losses", "edge_cases");
    private static final Set<String> NO_CASES = Set.of("meta", "inputs", "coverage");
    private static final String MASK = "inputs/mask";
    private static final Set<String> INPUTS_OF_A_SECTION = Set.of("rewards", "group_ids", "group_size");

    private final LossFile file;
    private final Cases cases = new Cases();

    private LossCheck(LossFile file) {
        this.file = file;
    }

    /// Every case of a file in its order, once in each precision; errors are relative to the largest expected
    /// value.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws IllegalArgumentException if it is no file of golden losses
    public static List<GoldenCase> check(Path file) throws IOException {
        return new LossCheck(LossFile.read(file)).run();
    }

    private List<GoldenCase> run() {
        for (Map.Entry<String, JsonNode> section : file.root().properties()) {
            if (CASES.contains(section.getKey()) && section.getValue().isObject()) {
                for (Map.Entry<String, JsonNode> entry : section.getValue().properties()) {
                    if (!INPUTS_OF_A_SECTION.contains(entry.getKey())) {
                        check(section.getKey() + "/" + entry.getKey(), entry.getValue());
                    }
                }
            } else if (!NO_CASES.contains(section.getKey())) {
                check(section.getKey(), section.getValue());
            }
        }
        if (!cases.all().isEmpty()) {
            mask();
        }
        return cases.all();
    }

    /// The mask is where the model wrote, tools' words left out.
    private void mask() {
        JsonNode inputs = file.root().path("inputs");
        if (inputs.has("completion_mask") && inputs.has("tool_mask")) {
            try {
                double[] completion = file.input("completion_mask");
                double[] tool = file.input("tool_mask");
                double[] product = IntStream.range(0, completion.length)
                        .mapToDouble(n -> completion[n] * tool[n])
                        .toArray();
                cases.add(MASK, LossFile.error(product, file.input("mask")), 0, "");
            } catch (RuntimeException e) {
                cases.broken(MASK, String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(String name, JsonNode node) {
        Optional<String> parameter = AlgorithmSettings.unknown(node.path("params"));
        if (name.endsWith("_INFO")) {
            cases.notCompared(name, "is given for information");
        } else if (!AdvantageCases.knows(name) && !LossCases.knows(name)) {
            cases.unknown(name, "is a case that is not known here");
        } else if (parameter.isPresent()) {
            cases.unknown(name, "has a parameter that is not known here: " + parameter.get());
        } else {
            compute(name, node);
        }
    }

    private void compute(String name, JsonNode node) {
        for (Precision precision : Precision.values()) {
            try {
                if (AdvantageCases.knows(name)) {
                    new AdvantageCases(file).check(name, node, precision, cases);
                } else {
                    new LossCases(file).check(name, node, precision, cases);
                }
            } catch (RuntimeException e) {
                cases.broken(precision.of(name), String.valueOf(e.getMessage()));
            }
        }
    }
}
