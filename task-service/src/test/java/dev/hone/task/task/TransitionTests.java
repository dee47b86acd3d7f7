package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunState;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransitionTests {

    @ParameterizedTest
    @EnumSource(EpisodeState.class)
    void terminalEpisodesGoNowhereAndOthersGoSomewhere(EpisodeState state) {
        assertThat(EpisodeTransitions.NEXT.get(state).isEmpty()).isEqualTo(state.terminal());
    }

    @ParameterizedTest
    @EnumSource(RunState.class)
    void terminalRunsGoNowhereAndOthersCanBeCancelled(RunState state) {
        assertThat(RunTransitions.allowed(state, RunState.CANCELLED)).isEqualTo(!state.terminal());
    }

    @Test
    void episodesFollowTheTableAndNothingElse() {
        for (EpisodeState from : EpisodeState.values()) {
            for (EpisodeState to : EpisodeState.values()) {
                if (EpisodeTransitions.NEXT.get(from).contains(to)) {
                    assertThatCode(() -> EpisodeTransitions.require("e", from, to))
                            .doesNotThrowAnyException();
                } else {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> EpisodeTransitions.require("e", from, to))
                            .withMessage("Episode e cannot go from " + from + " to " + to + ".");
                }
            }
        }
    }

    @Test
    void episodeKeepsItsStateWhenTheNextIsNotAllowed() {
        EpisodeKey key = new EpisodeKey(new RunId("r"), Purpose.TRAIN, 1, 2, 3, 0);
        Episode episode = new Episode(key, Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> episode.to(EpisodeState.TRAINED, Instant.EPOCH))
                .withMessageContaining("r/train/1/2/3/0")
                .withMessageContaining("from ISSUED to TRAINED");
        assertThat(episode.state()).isEqualTo(EpisodeState.ISSUED);
    }
}
