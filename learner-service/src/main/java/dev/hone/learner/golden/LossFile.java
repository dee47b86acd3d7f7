package dev.hone.learner.golden;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A file of golden losses: `inputs` of `[B][T]` arrays, and sections of cases.
record LossFile(JsonNode root) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /// @throws IllegalArgumentException if it is no JSON object with inputs
    static LossFile read(Path file) throws IOException {
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            if (!root.path("inputs").isObject()) {
                throw new IllegalArgumentException(
                        file + " is no file of golden losses: it has no \"inputs\"; name another.");
            }
            return new LossFile(root);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage() + ".", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is no JSON: it is not text in UTF-8.", e);
        }
    }

    /// An input: `[B]`, or `[B][T]` row after row.
    double[] input(String name) {
        return flat(need(root.path("inputs"), name));
    }

    /// Tokens of a row: T.
    int columns() {
        return need(root.path("inputs"), "mask").path(0).size();
    }

    /// A member of an object.
    ///
    /// @throws IllegalArgumentException if it is not there
    static JsonNode need(JsonNode object, String name) {
        JsonNode found = object.path(name);
        if (found.isMissingNode() || found.isNull()) {
            throw new IllegalArgumentException("\"" + name + "\" is missing.");
        }
        return found;
    }

    /// Numbers (true is 1) of an array of any depth, in order.
    static double[] flat(JsonNode node) {
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .flatMapToDouble(inner -> Arrays.stream(flat(inner)))
                    .toArray();
        }
        if (node.isBoolean()) {
            return new double[] {node.asBoolean() ? 1 : 0};
        }
        if (!node.isNumber()) {
            throw new IllegalArgumentException("Expected a number, not " + node + ".");
        }
        return new double[] {node.asDouble()};
    }

    /// `[B]` or `[B][T]` as `[B * T]`.
    static double[] perToken(double[] values, int rows, int columns) {
        if (values.length == rows * columns) {
            return values;
        }
        if (values.length != rows) {
            throw new IllegalArgumentException(
                    "Expected " + rows + " or " + rows + " x " + columns + " values, not " + values.length + ".");
        }
        return IntStream.range(0, rows * columns)
                .mapToDouble(n -> values[n / columns])
                .toArray();
    }

    /// The largest difference, relative to the largest expected value (absolute if all of these are 0); NaN
    /// if one is.
    static double error(double[] actual, double[] expected) {
        return error(actual, expected, 0);
    }

    /// The same.
    ///
    /// @param scale what differences are told relative to where no expected value is larger
    static double error(double[] actual, double[] expected, double scale) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(
                    actual.length + " values were computed and " + expected.length + " are expected.");
        }
        double difference = 0;
        double largest = scale;
        for (int n = 0; n < expected.length; n++) {
            difference = Math.max(difference, Math.abs(actual[n] - expected[n]));
            largest = Math.max(largest, Math.abs(expected[n]));
        }
        return largest == 0 ? difference : difference / largest;
    }
}
