package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.Gate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateResultTests {

    private static final Gate REWARD = new Gate("reward/mean", "train", 0.85, null, 3);

    private static StepRow row(String purpose, int step, Map<String, Double> metrics) {
        return new StepRow(purpose, step, step, metrics, 0, 0, 0, Instant.EPOCH);
    }

    private static List<StepRow> training(double... rewards) {
        return IntStream.range(0, rewards.length)
                .mapToObj(i -> row("train", i + 1, Map.of("reward/mean", rewards[i])))
                .toList();
    }

    private static String standing(Gate gate, List<StepRow> curve, boolean over) {
        return GateResult.of(gate, curve, over).standing().label();
    }

    @Test
    void isOpenUntilItsLastStepIsDone() {
        assertThat(standing(REWARD, training(), false)).isEqualTo("open");
        assertThat(standing(REWARD, training(0.5, 0.6), false)).isEqualTo("open");
        assertThat(standing(REWARD, training(0.5, 0.6, 0.84), false)).isEqualTo("failed");
    }

    @Test
    void isPassedByTheFirstStepWithinTheBoundsWhateverFollows() {
        GateResult result = GateResult.of(REWARD, training(0.5, 0.9, 0.1, 0.95), true);
        assertThat(result.standing().label()).isEqualTo("passed");
        assertThat(result.passedAtStep()).isEqualTo(2);
        assertThat(result.curve()).extracting(GateResult.Point::step).containsExactly(1, 2, 3);
    }

    @Test
    void aStepBeyondTheLastDoesNotCount() {
        assertThat(standing(REWARD, training(0.5, 0.6, 0.7, 0.99), true)).isEqualTo("failed");
    }

    @Test
    void failsWithTheRunThatEndsBefore() {
        assertThat(standing(REWARD, training(0.5), true)).isEqualTo("failed");
        assertThat(standing(gate("train", 0.9, null), training(0.5, 0.6, 0.7, 0.8), false))
                .isEqualTo("open");
        assertThat(standing(gate("train", 0.9, null), training(0.5, 0.6, 0.7, 0.8), true))
                .isEqualTo("failed");
    }

    @Test
    void looksAtItsOwnPurposeOnly() {
        List<StepRow> curve = Stream.concat(
                        training(0.5).stream(), Stream.of(row("eval", 3, Map.of("reward/mean", 0.9))))
                .toList();
        assertThat(standing(REWARD, curve, false)).isEqualTo("open");
        assertThat(standing(gate("eval", null, 0.9), curve, false)).isEqualTo("passed");
        assertThat(standing(gate("eval", null, 0.89), curve, true)).isEqualTo("failed");
    }

    @Test
    void saysWhatWasAskedAndWhatCame() {
        assertThat(Gates.failure("r", List.of(REWARD), training(0.5, 0.84, 0.6), false))
                .hasValueSatisfying(failure -> {
                    assertThat(failure.code()).isEqualTo("gate-failed");
                    assertThat(failure.message())
                            .startsWith(
                                    "Asked was reward/mean at least 0.85 by step 3; nearest was 0.84 at step 2, last"
                                            + " was 0.6 at step 3. GET /api/v1/runs/r/steps has the curve;");
                });
    }

    @Test
    void namesTheMetricsThatThereAreWhereItsOwnIsNot() {
        Gate other = new Gate("reward/maen", "train", 0.1, null, 1);
        assertThat(Gates.failure("r", List.of(other), training(0.5), false))
                .hasValueSatisfying(failure -> assertThat(failure.message())
                        .contains("no train step told of such a metric; there are [reward/mean]."));
    }

    private static Gate gate(String purpose, @Nullable Double min, @Nullable Double max) {
        return new Gate("reward/mean", purpose, min, max, null);
    }
}
