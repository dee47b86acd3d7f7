package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.policy.safetensors.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The small qwen2 checkpoint and what Hugging Face's implementation computes from it (float32, CPU). */
public final class Golden {
    /** Tolerances: about 20 times the noise seen between independent float32 implementations. */
    public static final float LOG_PROB = 1e-4f;

    static final float GRADIENT = 1e-5f;

    private Golden() {}

    public static Path directory() {
        try {
            return Path.of(Golden.class.getResource("/golden/qwen2_tied").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static JsonNode json() throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(Files.readString(directory().resolve("cases.json")));
    }

    public static SafetensorsFile cases() throws IOException {
        return SafetensorsFile.open(directory().resolve("cases.safetensors"));
    }

    /** A copy to damage: config.json and model.safetensors. */
    static Path copy(Path target) throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(directory().resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    public static Policy policy() throws IOException {
        return Policy.load(directory(), PolicyOptions.cpu());
    }

    /** Largest difference of two arrays of one length; cheap to fail on where AssertJ would list all elements. */
    static float maxDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            float difference = Math.abs(actual[i] - expected[i]);
            largest = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest;
    }

    /** Row {@code row} of a padded batch of width S as a sequence without its padding. */
    static Row row(SafetensorsFile cases, String batch, int row) throws IOException {
        int width = (int) cases.shape(batch + ".input_ids")[1];
        long[] ids = cases.longs(batch + ".input_ids");
        long[] mask = cases.longs(batch + ".attention_mask");
        long[] positions = cases.longs(batch + ".position_ids");
        int[] kept = IntStream.range(0, width)
                .filter(t -> mask[row * width + t] == 1)
                .toArray();
        int[] tokens = IntStream.of(kept).map(t -> (int) ids[row * width + t]).toArray();
        int[] places =
                IntStream.of(kept).map(t -> (int) positions[row * width + t]).toArray();
        int[] targets = IntStream.range(1, kept.length).toArray();
        float[] ones = new float[targets.length];
        Arrays.fill(ones, 1);
        return new Row(new ScoredSequence(tokens, places, targets, ones), kept, width, row);
    }

    /** @param kept columns of the padded batch that hold the sequence's tokens */
    record Row(ScoredSequence sequence, int[] kept, int width, int row) {
        /** Index in a [B, S-1] array of the log-probability of target {@code i} (token i + 1). */
        int logProbIndex(int i) {
            return row * (width - 1) + kept[i + 1] - 1;
        }

        /** Index in [B, S, V] of the logits that predict target {@code i}. */
        int logitsIndex(int i, int vocabulary) {
            return (row * width + kept[i]) * vocabulary;
        }
    }
}
