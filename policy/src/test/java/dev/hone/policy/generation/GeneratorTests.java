package dev.hone.policy.generation;

import static dev.hone.policy.generation.GenerationRequest.ANY_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.policy.Golden;
import dev.hone.policy.Policy;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.Generated.FinishReason;
import dev.hone.policy.generation.Generated.VersionSpan;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GeneratorTests {
    /** Other matrix shapes, other rounding: log-probabilities of one token differ by this much at most. */
    private static final float ROUNDING = 1e-5f;

    /** The same over 200 positions of a model with enlarged norms. */
    private static final float LONG_ROUNDING = 5e-5f;

    private static Policy policy;

    @BeforeAll
    static void load() throws IOException {
        policy = Golden.policy();
    }

    @AfterAll
    static void close() {
        policy.close();
    }

    @Test
    void logProbsAreThoseThatTrainingComputes() {
        try (Generator generator = generator(4)) {
            List<GenerationRequest> requests = requests(12);
            List<Generated> results = generateAll(generator, requests);
            for (int i = 0; i < requests.size(); i++) {
                assertScored(requests.get(i), results.get(i), 0, results.get(i).tokenIds().length);
            }
        }
    }

    @Test
    void companyDoesNotChangeASample() {
        List<GenerationRequest> requests = requests(21);
        List<Generated> together;
        try (Generator generator = generator(21)) {
            together = generateAll(generator, requests);
        }
        for (int i = 0; i < requests.size(); i += 5) {
            try (Generator generator = generator(1)) {
                Generated alone = generator.submit(requests.get(i)).join();
                assertThat(alone.tokenIds()).containsExactly(together.get(i).tokenIds());
                assertThat(alone.logProbs()).containsExactly(together.get(i).logProbs(), within(ROUNDING));
            }
        }
    }

    @Test
    void requestsJoinAndLeaveWhileOthersRun() {
        List<GenerationRequest> requests = requests(30);
        List<Generated> wide;
        try (Generator generator = generator(30)) {
            wide = generateAll(generator, requests);
        }
        // Five places for thirty requests of different lengths: rows move all the time.
        try (Generator narrow = new Generator(policy, policy.publish(1), new GeneratorOptions(5, 3, 3, 1))) {
            List<Generated> results = generateAll(narrow, requests);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(results.get(i).tokenIds())
                        .containsExactly(wide.get(i).tokenIds());
            }
        }
    }

    @Test
    void rowsSharedAmongThreadsGiveTheSameSamples() {
        List<GenerationRequest> requests = requests(70);
        List<Generated> one;
        try (Generator generator = generator(70)) {
            one = generateAll(generator, requests);
        }
        try (Generator shared = new Generator(policy, policy.publish(1), new GeneratorOptions(70, 0, 4, 3))) {
            List<Generated> results = generateAll(shared, requests);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(results.get(i).tokenIds()).containsExactly(one.get(i).tokenIds());
                assertThat(results.get(i).logProbs()).containsExactly(one.get(i).logProbs(), within(LONG_ROUNDING));
            }
        }
    }

    @Test
    void theSamplesOfAGroupShareOnePrefill() {
        int[] prompt = prompt(40);
        try (Generator generator = generator(8)) {
            List<GenerationRequest> group = IntStream.range(0, 8)
                    .mapToObj(i -> GenerationRequest.of(prompt, 10, 1, Set.of(), i))
                    .toList();
            List<Generated> results = generateAll(generator, group);
            assertThat(results.stream()
                            .map(Generated::tokenIds)
                            .map(java.util.Arrays::toString)
                            .distinct())
                    .hasSizeGreaterThan(1);
            // Each sample needs 39 positions; the last prompt token is the first decode step's.
            assertThat(generator.counters().prefilledTokens()
                            + generator.counters().reusedTokens())
                    .isEqualTo(8 * 39);
            assertThat(generator.counters().prefilledTokens()).isLessThan(8 * 39);
        }
    }

    @Test
    void aLaterTurnGoesOnFromWhatIsCached() {
        int[] prompt = prompt(30);
        try (Generator generator = generator(2);
                Generator fresh = generator(2)) {
            Generated first = generator
                    .submit(GenerationRequest.of(prompt, 9, 1, Set.of(), 3))
                    .join();
            int[] turn = concat(concat(prompt, first.tokenIds()), prompt(12));
            long before = generator.counters().prefilledTokens();
            GenerationRequest second = GenerationRequest.of(turn, 9, 1, Set.of(), 3);

            assertThat(generator.submit(second).join().tokenIds())
                    .containsExactly(fresh.submit(second).join().tokenIds());
            // 51 tokens, the last left to decoding; 38 of the first turn's 39 are cached (its last was never fed back).
            assertThat(generator.counters().prefilledTokens() - before).isEqualTo(50 - 38);
        }
    }

    @Test
    void aStopTokenEndsAndIsKept() {
        int[] prompt = prompt(8);
        try (Generator generator = generator(1)) {
            Generated free = generator
                    .submit(GenerationRequest.of(prompt, 20, 1, Set.of(), 11))
                    .join();
            int stop = free.tokenIds()[6];
            int first = IntStream.range(0, 20)
                    .filter(i -> free.tokenIds()[i] == stop)
                    .findFirst()
                    .orElseThrow();
            Generated stopped = generator
                    .submit(GenerationRequest.of(prompt, 20, 1, Set.of(stop), 11))
                    .join();
            assertThat(stopped.tokenIds()).containsExactly(java.util.Arrays.copyOf(free.tokenIds(), first + 1));
            assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(stopped.logProbs()).hasSize(first + 1);
        }
    }

    @Test
    void theModelsLengthBoundsTheBudget() {
        int last = policy.config().maxPositions();
        try (Generator generator = generator(1)) {
            Generated generated = generator
                    .submit(GenerationRequest.of(prompt(last - 2), 20, 1, Set.of(), 1))
                    .join();
            assertThat(generated.tokenIds()).hasSize(2);
            assertThat(generated.finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThatThrownBy(() -> generator.submit(GenerationRequest.of(prompt(last), 1, 1, Set.of(), 1)))
                    .hasMessageContaining("leave no room to generate");
        }
    }

    @Test
    void swappedWeightsServeLaterRequestsAndAreNamed() throws IOException {
        try (Policy other = Golden.policy();
                Generator generator = generator(4)) {
            GenerationRequest request = GenerationRequest.of(prompt(20), 40, 1, Set.of(), 5);
            Generated before = generator.submit(request).join();
            other.parameters().get(1).array().muli(1.5f);
            generator.swap(other.publish(2), Generator.SwapMode.FINISH_FIRST).join();
            Generated after = generator.submit(request).join();

            assertThat(before.versions()).containsExactly(new VersionSpan(0, 40, 1));
            assertThat(after.versions()).containsExactly(new VersionSpan(0, 40, 2));
            assertThat(after.logProbs()).isNotEqualTo(before.logProbs());
            assertScored(other, request, after, 0, 40, LONG_ROUNDING);
        }
    }

    @Test
    void aRunningRequestMayGoOnUnderNewWeights() throws IOException {
        try (Policy other = Golden.policy();
                Generator generator = generator(4)) {
            other.parameters().get(1).array().muli(1.5f);
            GenerationRequest request = GenerationRequest.of(prompt(20), 200, 1, Set.of(), 5);
            CompletableFuture<Generated> running = generator.submit(request);
            // The short request's completion runs on the generating thread, while the long one is on its way.
            generator
                    .submit(GenerationRequest.of(prompt(7), 20, 1, Set.of(), 6))
                    .thenCompose(done -> generator.swap(other.publish(2), Generator.SwapMode.CONTINUE))
                    .join();
            Generated mixed = running.join();

            assertThat(mixed.versions()).hasSize(2);
            VersionSpan first = mixed.versions().getFirst();
            VersionSpan second = mixed.versions().getLast();
            assertThat(List.of(first.version(), second.version())).containsExactly(1L, 2L);
            assertThat(first.end()).isEqualTo(second.start());
            assertScored(policy, request, mixed, 0, first.end(), LONG_ROUNDING);
            assertScored(other, request, mixed, second.start(), 200, LONG_ROUNDING);
        }
    }

    @Test
    void aRequestWaitsForTheVersionItNames() {
        try (Generator generator = generator(2)) {
            int[] prompt = prompt(5);
            CompletableFuture<Generated> waiting =
                    generator.submit(new GenerationRequest(prompt, 3, 1, 1, 0, Set.of(), 1, 7, ANY_VERSION));
            generator.submit(GenerationRequest.of(prompt, 3, 1, Set.of(), 1)).join();
            assertThat(waiting).isNotDone();
            generator.swap(policy.publish(7), Generator.SwapMode.FINISH_FIRST).join();
            assertThat(waiting.join().versions()).containsExactly(new VersionSpan(0, 3, 7));
        }
    }

    @Test
    void aRequestIsRefusedOnceTheVersionItNamesIsGone() {
        try (Generator generator = generator(2)) {
            GenerationRequest exact = new GenerationRequest(prompt(5), 3, 1, 1, 0, Set.of(), 1, 1, 1);
            assertThat(generator.submit(exact).join().versions()).containsExactly(new VersionSpan(0, 3, 1));
            generator.swap(policy.publish(2), Generator.SwapMode.FINISH_FIRST).join();
            assertThatThrownBy(() -> generator.submit(exact).join())
                    .hasCauseInstanceOf(VersionGoneException.class)
                    .hasMessageContaining("Version 1 was asked for and is gone; the weights are at version 2.");
            assertThat(generator.submit(requests(1).getFirst()).join().tokenIds())
                    .isNotEmpty();
        }
    }

    @Test
    void aRequestOfOneVersionEndsWhenWeightsChangeUnderIt() {
        try (Generator generator = generator(2)) {
            CompletableFuture<Generated> exact =
                    generator.submit(new GenerationRequest(prompt(5), 100, 1, 1, 0, Set.of(), 1, 1, 1));
            CompletableFuture<Generated> any = generator.submit(GenerationRequest.of(prompt(5), 100, 1, Set.of(), 1));
            generator.swap(policy.publish(2), Generator.SwapMode.CONTINUE).join();
            assertThat(any.join().tokenIds()).hasSize(100);
            assertThatThrownBy(exact::join).hasCauseInstanceOf(VersionGoneException.class);
        }
    }

    @Test
    void aBrokenEngineFailsAllThatWait() {
        WeightSet unusable = policy.publish(1);
        unusable.close();
        try (Generator generator = new Generator(policy, unusable, new GeneratorOptions(1, 0, 4, 1))) {
            List<CompletableFuture<Generated>> running =
                    requests(3).stream().map(generator::submit).toList();
            for (CompletableFuture<Generated> one : running) {
                assertThatThrownBy(one::join)
                        .hasCauseInstanceOf(GenerationException.class)
                        .hasMessageContaining("The generator broke");
            }
        }
    }

    @Test
    void fiftyRoundsLeaveNoArrayBehind() {
        try (Generator generator = generator(4)) {
            generateAll(generator, requests(6));
            int before = generator.managedArrays();
            for (int i = 0; i < 50; i++) {
                generateAll(generator, requests(6));
                generator
                        .swap(policy.publish(i), Generator.SwapMode.FINISH_FIRST)
                        .join();
            }
            assertThat(generator.managedArrays()).isEqualTo(before);
        }
    }

    @Test
    void closingFailsWhatWaits() {
        Generator generator = generator(1);
        CompletableFuture<Generated> waiting =
                generator.submit(new GenerationRequest(prompt(5), 3, 1, 1, 0, Set.of(), 1, 99, ANY_VERSION));
        generator.close();
        assertThatThrownBy(waiting::join).hasMessageContaining("The generator is closed");
        assertThatThrownBy(() -> generator.submit(requests(1).getFirst()).join())
                .hasMessageContaining("The generator is closed");
    }

    @Test
    void aCancelledRequestFreesItsPlace() {
        try (Generator generator = generator(1)) {
            CompletableFuture<Generated> running =
                    generator.submit(GenerationRequest.of(prompt(5), 200, 1, Set.of(), 1));
            running.cancel(false);
            assertThat(generator.submit(requests(1).getFirst()).join().tokenIds())
                    .isNotEmpty();
        }
    }

    private static void assertScored(GenerationRequest request, Generated generated, int from, int to) {
        assertScored(policy, request, generated, from, to, ROUNDING);
    }

    private static void assertScored(
            Policy scorer, GenerationRequest request, Generated generated, int from, int to, float tolerance) {
        int start = request.promptIds().length;
        int[] all = concat(request.promptIds(), generated.tokenIds());
        float[] scored = scorer.score(List.of(ScoredSequence.of(
                        all, IntStream.range(start + from, start + to).toArray(), request.temperature())))
                .logProbs();
        for (int i = from; i < to; i++) {
            assertThat(generated.logProbs()[i]).isCloseTo(scored[i - from], within(tolerance));
        }
    }

    private static Generator generator(int concurrent) {
        return new Generator(policy, policy.publish(1), new GeneratorOptions(concurrent, concurrent, 4, 1));
    }

    private static List<Generated> generateAll(Generator generator, List<GenerationRequest> requests) {
        List<CompletableFuture<Generated>> running =
                requests.stream().map(generator::submit).toList();
        return running.stream().map(CompletableFuture::join).toList();
    }

    /** Prompts of 1 to 60 tokens, some with a common beginning, budgets of 1 to 30. */
    private static List<GenerationRequest> requests(int count) {
        Random random = new Random(17);
        int[] common = random.ints(25, 3, 512).toArray();
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    int[] own = random.ints(1 + random.nextInt(35), 3, 512).toArray();
                    int[] prompt = i % 3 == 0 ? concat(common, own) : own;
                    return GenerationRequest.of(
                            prompt, 1 + random.nextInt(30), 0.5f + random.nextFloat(), Set.of(), random.nextLong());
                })
                .toList();
    }

    private static int[] prompt(int length) {
        return new Random(length).ints(length, 3, 512).toArray();
    }

    private static int[] concat(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }
}
