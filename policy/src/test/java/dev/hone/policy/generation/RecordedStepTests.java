package dev.hone.policy.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.hone.policy.ComputeType;
import dev.hone.policy.Golden;
import dev.hone.policy.OutOfMemoryException;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.WeightSet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a GPU replays, computed by repeating the recorded calls on the CPU. */
class RecordedStepTests {
    /** Other matrix shapes, other rounding, over up to 100 positions of a model with enlarged norms. */
    private static final float ROUNDING = 5e-5f;

    private static Policy policy;

    private final AtomicInteger recordings = new AtomicInteger();
    private final AtomicInteger replays = new AtomicInteger();
    private volatile IntPredicate memoryLacksAt = replay -> false;

    @BeforeAll
    static void load() throws IOException {
        policy = Golden.policy();
    }

    @AfterAll
    static void close() {
        policy.close();
    }

    private final class TestingRecorder implements Recorder {
        @Override
        public Recording record(Runnable work) {
            recordings.incrementAndGet();
            return new Recording() {
                @Override
                public void replay() {
                    if (memoryLacksAt.test(replays.incrementAndGet())) {
                        throw new OutOfMemoryException("none left", new IllegalStateException());
                    }
                    work.run();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private Generator recorded(GeneratorOptions options) {
        return new Generator(policy, policy.publish(0), options, any -> Optional.of(new TestingRecorder()));
    }

    private static List<Generated> all(Generator generator, List<GenerationRequest> requests) {
        List<CompletableFuture<Generated>> futures =
                requests.stream().map(generator::submit).toList();
        return futures.stream().map(CompletableFuture::join).toList();
    }

    private static List<Generated> oneByOne(Generator generator, List<GenerationRequest> requests) {
        return requests.stream()
                .map(request -> generator.submit(request).join())
                .toList();
    }

    /** Prompts of 1 to 39 tokens, 5 to 65 new ones, with and without temperature; groups share prompts. */
    private static List<GenerationRequest> requests(int count) {
        Random random = new Random(7);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    int[] prompt = new Random(i / 3)
                            .ints(1 + random.nextInt(39), 0, policy.config().vocabularySize())
                            .toArray();
                    float temperature = i % 4 == 0 ? 0 : 0.5f + i % 3;
                    return new GenerationRequest(
                            prompt,
                            5 + random.nextInt(60),
                            temperature,
                            1,
                            0,
                            Set.of(7),
                            i,
                            0,
                            GenerationRequest.ANY_VERSION);
                })
                .toList();
    }

    @ParameterizedTest(name = "{0} places, {1} retained, bursts of {2}")
    @CsvSource({"1, 0, 1", "5, 3, 3", "13, 13, 4", "40, 0, 16"})
    void samplesAreThoseOfTheEagerRunner(int places, int retained, int burst) {
        GeneratorOptions options = new GeneratorOptions(places, retained, burst, 1);
        List<GenerationRequest> requests = requests(40);
        List<Generated> eager;
        try (Generator generator = new Generator(policy, policy.publish(0), options)) {
            eager = all(generator, requests);
        }
        List<Generated> results;
        try (Generator generator = recorded(options)) {
            results = all(generator, requests);
        }
        for (int i = 0; i < requests.size(); i++) {
            assertThat(results.get(i).tokenIds()).containsExactly(eager.get(i).tokenIds());
            assertThat(results.get(i).logProbs()).containsExactly(eager.get(i).logProbs(), within(ROUNDING));
        }
        assertThat(replays.get()).isGreaterThan(recordings.get());
    }

    @Test
    void whereMemoryRunsOutFewerRunAtOneTimeAndSamplesStayTheSame() {
        List<GenerationRequest> requests = requests(40);
        List<Generated> eager;
        try (Generator generator = new Generator(policy, policy.publish(0), new GeneratorOptions(13, 3, 4, 1))) {
            eager = all(generator, requests);
        }
        memoryLacksAt = replay -> replay == 10 || replay == 23;
        try (Generator generator = recorded(new GeneratorOptions(13, 3, 4, 1))) {
            List<Generated> results = all(generator, requests);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(results.get(i).tokenIds())
                        .containsExactly(eager.get(i).tokenIds());
            }
            assertThat(generator.room()).isEqualTo(3);
        }
    }

    @Test
    void whatDoesNotFitAloneFailsAndOthersGoOn() {
        memoryLacksAt = replay -> replay == 1;
        try (Generator generator = recorded(new GeneratorOptions(4, 0, 4, 1))) {
            GenerationRequest request = requests(1).getFirst();
            assertThatThrownBy(() -> generator.submit(request).join()).hasCauseInstanceOf(OutOfMemoryException.class);
            assertThat(generator.submit(request).join().tokenIds()).isNotEmpty();
        }
    }

    @Test
    void aShapeIsRecordedOnce() {
        int[] prompt = {1, 2, 3};
        try (Generator generator = recorded(new GeneratorOptions(4, 0, 4, 1))) {
            for (int i = 0; i < 5; i++) {
                generator
                        .submit(GenerationRequest.of(prompt, 12, 1, Set.of(), i))
                        .join();
            }
        }
        assertThat(recordings).hasValue(1);
        assertThat(replays).hasValue(5 * 12);
    }

    @Test
    void newWeightsAreWrittenOverThoseInUse() throws IOException {
        // Nothing stops them, and each runs alone, so that they have the same shapes under all weights.
        List<GenerationRequest> requests = IntStream.range(0, 6)
                .mapToObj(i -> GenerationRequest.of(new int[] {1, 2, i}, 12, 1, Set.of(), i))
                .toList();
        try (Policy other = Golden.policy()) {
            try (var halved = other.parameters().getFirst().array().mul(0.5)) {
                other.program()
                        .call(
                                other.manager(),
                                "assign",
                                other.parameters().getFirst().array(),
                                halved);
            }
            List<Generated> expected;
            try (Generator generator = new Generator(other, other.publish(3), new GeneratorOptions(6, 0, 4, 1))) {
                expected = oneByOne(generator, requests);
            }
            try (Generator generator = recorded(new GeneratorOptions(6, 0, 4, 1))) {
                List<Generated> before = oneByOne(generator, requests);
                int recordedBefore = recordings.get();
                generator
                        .swap(other.publish(3), Generator.SwapMode.FINISH_FIRST)
                        .join();
                List<Generated> after = oneByOne(generator, requests);
                for (int i = 0; i < requests.size(); i++) {
                    assertThat(after.get(i).tokenIds())
                            .containsExactly(expected.get(i).tokenIds());
                    assertThat(after.get(i).versions().getFirst().version()).isEqualTo(3);
                }
                assertThat(before.get(1).tokenIds())
                        .isNotEqualTo(expected.get(1).tokenIds());
                assertThat(recordings).hasValue(recordedBefore);
            }
        }
    }

    @Test
    void weightsInBfloat16AreWrittenOverToo() throws IOException {
        PolicyOptions options = new PolicyOptions(Device.cpu(), ComputeType.BFLOAT16, 0);
        try (Policy rounded = Policy.load(Golden.directory(), options);
                Generator generator = new Generator(
                        rounded,
                        rounded.publish(0),
                        new GeneratorOptions(4, 0, 4, 1),
                        any -> Optional.of(new TestingRecorder()))) {
            List<Generated> before = oneByOne(generator, requests(2));
            generator.swap(rounded.publish(1), Generator.SwapMode.FINISH_FIRST).join();
            List<Generated> after = oneByOne(generator, requests(2));
            assertThat(after.getLast().tokenIds())
                    .containsExactly(before.getLast().tokenIds());
            assertThat(after.getLast().versions().getFirst().version()).isEqualTo(1);
        }
    }

    @Test
    void aSwapThatFailsIsTold() {
        WeightSet unusable = policy.publish(1);
        unusable.close();
        try (Generator generator = recorded(new GeneratorOptions(4, 0, 4, 1))) {
            CompletableFuture<Void> swap = generator.swap(unusable, Generator.SwapMode.FINISH_FIRST);
            assertThatThrownBy(swap::join)
                    .hasCauseInstanceOf(GenerationException.class)
                    .hasMessageContaining("The generator broke");
        }
    }

    @Test
    void rowsAreRoundedByAQuarterAtMost() {
        for (int rows = 1; rows <= 4096; rows++) {
            assertThat(GraphRunner.roundedRows(rows)).isBetween(rows, rows <= 8 ? 2 * rows : rows + 7 + rows / 4);
        }
        assertThat(IntStream.of(1, 2, 3, 5, 8, 9, 65, 513, 1024).map(GraphRunner::roundedRows))
                .containsExactly(1, 2, 4, 8, 8, 16, 80, 640, 1024);
    }
}
