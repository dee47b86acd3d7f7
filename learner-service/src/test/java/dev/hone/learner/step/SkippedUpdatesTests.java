package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SkippedUpdatesTests {
    private final SkippedUpdates skipped = new SkippedUpdates(3);

    @Test
    void endsItAfterTooManyInARow() {
        skipped.after(nothing());
        skipped.after(nothing());
        assertThatThrownBy(() -> skipped.after(nothing()))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageStartingWith("3 updates in a row came to nothing: [GRADIENT_NOT_FINITE]");
    }

    @Test
    void anUpdateThatWorksBeginsTheCountAnew() {
        skipped.after(nothing());
        skipped.after(nothing());
        UpdateStatistics sound = nothing();
        sound.optimizerStep(List.of(), 1, 1e-3);
        skipped.after(sound);
        skipped.after(nothing());
        assertThatCode(() -> skipped.after(nothing())).doesNotThrowAnyException();
    }

    private static UpdateStatistics nothing() {
        UpdateStatistics statistics = new UpdateStatistics();
        statistics.skipped(UpdateStatistics.Skip.GRADIENT_NOT_FINITE);
        return statistics;
    }
}
