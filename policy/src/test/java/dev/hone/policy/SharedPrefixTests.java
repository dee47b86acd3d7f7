package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples of a group are computed on one copy of their prompt; nothing else may change by that. */
class SharedPrefixTests {
    private final Random random = new Random(3);
    private Policy policy;

    @AfterEach
    void close() {
        policy.close();
    }

    @Test
    void computesASharedPromptOnce() throws IOException {
        policy = Golden.policy();
        // 3 samples of 40 + 10 tokens: the prompt once, and of each sample all but its last token.
        assertThat(policy.score(group(3, 40, 10)).computedTokens()).isEqualTo(40 + 3 * 9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen2_tied",
                "llama_untied",
                "qwen2_window_yarn_tiny",
                "gemma3_text_window8",
                "gemma3_linear_tiny"
            })
    void scoresAsIfEachSequenceWereAlone(String model) throws IOException {
        policy = Golden.policy(model);
        List<ScoredSequence> batch = new ArrayList<>(group(3, 40, 10));
        batch.addAll(group(2, 17, 5));
        batch.add(ScoredSequence.of(random(4), new int[] {1, 3}, 0.7f));
        Collections.shuffle(batch, new Random(5));

        TokenScores together = policy.score(batch);
        int next = 0;
        for (ScoredSequence sequence : batch) {
            TokenScores alone = policy.score(List.of(sequence));
            for (int i = 0; i < alone.logProbs().length; i++, next++) {
                assertThat(together.logProbs()[next]).isCloseTo(alone.logProbs()[i], within(2e-5f));
                assertThat(together.entropies()[next]).isCloseTo(alone.entropies()[i], within(2e-5f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen2_tied",
                "llama_untied",
                "qwen2_window_yarn_tiny",
                "gemma3_text_window8",
                "gemma3_linear_tiny"
            })
    void gradientsAreTheSumOfThoseOfEachSequenceAlone(String model) throws IOException {
        policy = Golden.policy(model);
        List<ScoredSequence> batch = group(3, 30, 8);
        List<float[]> together = Golden.gradients(policy, List.of(batch), false);
        List<float[]> apart =
                Golden.gradients(policy, batch.stream().map(List::of).toList(), false);
        for (int i = 0; i < together.size(); i++) {
            assertThat(Golden.maxDifference(together.get(i), apart.get(i))).isLessThan(2e-4f);
        }
    }

    private int[] random(int length) {
        return random.ints(length, 3, policy.config().vocabularySize()).toArray();
    }

    private List<ScoredSequence> group(int samples, int prompt, int completion) {
        int[] prefix = random(prompt);
        return IntStream.range(0, samples)
                .mapToObj(i -> {
                    int[] own = random(completion);
                    own[0] = 3 + i; // samples differ from the first token on
                    int[] all = IntStream.concat(IntStream.of(prefix), IntStream.of(own))
                            .toArray();
                    return ScoredSequence.of(
                            all, IntStream.range(prompt, all.length).toArray(), 1 + 0.25f * i);
                })
                .toList();
    }
}
