package dev.hone.learner.golden;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Compares advantages, losses and their gradients with a file of what other implementations computed,
/// through the functions that an update calls, in float64 and in float32. The file decides which cases there
/// are, their values and their parameters.
public final class LossCheck {
    private static final Set<String> CASES = Set.of("advantages", "advantages_equal_groups", "losses", "edge_cases");
    private static final Set<String> NO_CASES = Set.of("meta", "inputs", "coverage");
    private static final Set<String> INPUTS_OF_A_SECTION = Set.of("rewards", "group_ids", "group_size");

    private final LossFile file;
    private final Cases cases = new Cases();
    private final Set<String> known = new TreeSet<>();

    private LossCheck(LossFile file) {
        this.file = file;
        known.addAll(AdvantageCases.KEYS.keySet());
        known.addAll(LossCases.KEYS.keySet());
    }

    /// Every case of a file in its order, once in each precision; errors are relative to the largest expected
    /// value. Then, as not compared, what is known here and the file does not have.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws IllegalArgumentException if it is no file of golden losses
    public static List<GoldenCase> check(Path file) throws IOException {
        return new LossCheck(LossFile.read(file)).run();
    }

    private List<GoldenCase> run() {
        Set<String> absent = new TreeSet<>(known);
        for (Map.Entry<String, JsonNode> section : file.root().properties()) {
            if (CASES.contains(section.getKey())) {
                for (Map.Entry<String, JsonNode> entry : section.getValue().properties()) {
                    if (!INPUTS_OF_A_SECTION.contains(entry.getKey())) {
                        String name = section.getKey() + "/" + entry.getKey();
                        absent.remove(name);
                        check(name, entry.getValue());
                    }
                }
            } else if (!NO_CASES.contains(section.getKey())) {
                absent.remove(section.getKey());
                check(section.getKey(), section.getValue());
            }
        }
        absent.forEach(name -> cases.notCompared(name, "is not in the file"));
        return cases.all();
    }

    private void check(String name, JsonNode node) {
        Optional<String> parameter = AlgorithmSettings.unknown(node.path("params"));
        if (name.endsWith("_INFO")) {
            cases.notCompared(name, "is given for information");
        } else if (!known.contains(name)) {
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
                if (AdvantageCases.KEYS.containsKey(name)) {
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
