package dev.hone.policy.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.policy.Golden;
import dev.hone.policy.Policy;
import dev.hone.policy.ScoredSequence;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What generation computes with a cache, in every family with its windows and rotary embeddings. */
class FamiliesTests {
    private static final float ROUNDING = 2e-5f;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama_untied",
                "llama_llama3_bf16_tiny",
                "llama_dynamic_tiny",
                "llama_longrope_tiny",
                "qwen2_window_yarn_tiny",
                "qwen3_untied_headdim32",
                "qwen3_yarn_bf16_tiny",
                "qwen3_proportional_fp16_tiny",
                "gemma3_text_window8",
                "gemma3_linear_tiny",
                "gemma3_yarn_untied_bf16_tiny"
            })
    void logProbsAreThoseThatTrainingComputes(String model) throws IOException {
        try (Policy policy = Golden.policy(model);
                Generator generator = new Generator(policy, policy.publish(1), new GeneratorOptions(4, 4, 3, 1))) {
            int vocabulary = policy.config().vocabularySize();
            Random random = new Random(17);
            int[] common = random.ints(20, 3, vocabulary).toArray();
            // Ten prompts for four places; some begin alike and copy one another's keys and values.
            List<GenerationRequest> requests = IntStream.range(0, 10)
                    .mapToObj(i -> {
                        int[] own = random.ints(1 + random.nextInt(20), 3, vocabulary)
                                .toArray();
                        int[] prompt = i % 2 == 0
                                ? IntStream.concat(IntStream.of(common), IntStream.of(own))
                                        .toArray()
                                : own;
                        return GenerationRequest.of(prompt, 4 + random.nextInt(20), 0.8f, Set.of(), i);
                    })
                    .toList();
            List<CompletableFuture<Generated>> running =
                    requests.stream().map(generator::submit).toList();
            for (int i = 0; i < requests.size(); i++) {
                Generated generated = running.get(i).join();
                int[] prompt = requests.get(i).promptIds();
                int[] all = IntStream.concat(IntStream.of(prompt), IntStream.of(generated.tokenIds()))
                        .toArray();
                float[] scored = policy.score(List.of(ScoredSequence.of(
                                all, IntStream.range(prompt.length, all.length).toArray(), 0.8f)))
                        .logProbs();
                assertThat(generated.logProbs()).containsExactly(scored, within(ROUNDING));
            }
            assertThat(generator.counters().reusedTokens()).isGreaterThan(20);
        }
    }
}
