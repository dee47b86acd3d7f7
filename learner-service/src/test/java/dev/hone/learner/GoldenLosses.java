package dev.hone.learner;

import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What TRL's and verl's code computes on the same arrays, in float64.
public final class GoldenLosses {
    private final JsonNode root;

    public GoldenLosses() {
        try (InputStream in = GoldenLosses.class.getResourceAsStream("/golden/losses.json")) {
            root = JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public JsonNode at(String pointer) {
        JsonNode node = root.at(pointer);
        if (node.isMissingNode()) {
            throw new IllegalArgumentException("No golden value " + pointer);
        }
        return node;
    }

    public double[] row(String pointer) {
        return values(at(pointer));
    }

    public double[][] matrix(String pointer) {
        JsonNode rows = at(pointer);
        return IntStream.range(0, rows.size())
                .mapToObj(i -> values(rows.get(i)))
                .toArray(double[][]::new);
    }

    private static double[] values(JsonNode node) {
        return IntStream.range(0, node.size())
                .mapToDouble(i -> node.get(i).isBoolean()
                        ? (node.get(i).asBoolean() ? 1 : 0)
                        : node.get(i).asDouble())
                .toArray();
    }
}
