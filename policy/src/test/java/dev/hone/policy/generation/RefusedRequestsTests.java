package dev.hone.policy.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.policy.Golden;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What native code must not see is refused by name, and the generator goes on. */
class RefusedRequestsTests {
    private static Policy policy;
    private static Generator generator;

    @BeforeAll
    static void load() throws IOException {
        policy = Golden.policy();
        generator = new Generator(policy, policy.publish(1), new GeneratorOptions(2, 1, 4, 1));
    }

    @AfterAll
    static void goesOnAfterAllThat() {
        try {
            Generated generated = generator
                    .submit(GenerationRequest.of(new int[] {0, 511}, 3, 1, Set.of(511), 1))
                    .join();
            assertThat(generated.tokenIds()).isNotEmpty();
        } finally {
            generator.close();
            policy.close();
        }
    }

    @Test
    void idsOutsideTheVocabulary() {
        assertRefused(
                () -> generator.submit(GenerationRequest.of(new int[] {5, 6, 512}, 3, 1, Set.of(), 1)),
                "The prompt holds id 512 at index 2; the model's vocabulary has ids 0 to 511. Use the tokenizer of"
                        + " this model.");
        assertRefused(
                () -> generator.submit(GenerationRequest.of(new int[] {-1}, 3, 1, Set.of(), 1)),
                "The prompt holds id -1 at index 0; the model's vocabulary has ids 0 to 511. Use the tokenizer of this"
                        + " model.");
    }

    @Test
    void stopIdsOutsideTheVocabulary() {
        assertRefused(
                () -> generator.submit(GenerationRequest.of(new int[] {5}, 3, 1, Set.of(151645), 1)),
                "The set of stop ids holds id 151645 at index 0; the model's vocabulary has ids 0 to 511."
                        + " Use the tokenizer of this model.");
    }

    @Test
    void aPromptThatFillsTheContext() {
        int positions = policy.config().maxPositions();
        assertRefused(
                () -> generator.submit(GenerationRequest.of(new int[positions], 1, 1, Set.of(), 1)),
                "The prompt has %d tokens; the model's %d positions leave no room to generate. Shorten the prompt."
                        .formatted(positions, positions));
    }

    @Test
    void anEmptyPromptOrBudget() {
        assertRefused(() -> request(new int[0], 1, 1, 1, 0), "The prompt is empty; give at least one token.");
        assertRefused(() -> request(new int[] {1}, 0, 1, 1, 0), "maxNewTokens is 0; it must be at least 1.");
    }

    @Test
    void temperaturesThatAreNone() {
        for (float temperature : new float[] {Float.NaN, -0.5f, Float.POSITIVE_INFINITY, 1e-39f}) {
            assertRefused(
                    () -> request(new int[] {1}, 1, temperature, 1, 0),
                    "temperature is %s; it must be 0 (greedy), or finite and at least 1.0E-4.".formatted(temperature));
        }
        assertThat(request(new int[] {1}, 1, 0, 1, 0).temperature()).isZero();
    }

    @Test
    void filtersThatKeepNothing() {
        for (float topP : new float[] {Float.NaN, 0, -1, 1.5f}) {
            assertRefused(
                    () -> request(new int[] {1}, 1, 1, topP, 0), "topP is %s; it must be in (0, 1].".formatted(topP));
        }
        assertRefused(() -> request(new int[] {1}, 1, 1, 1, -2), "topK is -2; it must be 0 (off) or more.");
    }

    private static GenerationRequest request(int[] prompt, int most, float temperature, float topP, int topK) {
        return new GenerationRequest(
                prompt, most, temperature, topP, topK, Set.of(), 1, 0, GenerationRequest.ANY_VERSION);
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
