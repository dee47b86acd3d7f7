package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.judge.TestingEpisodes;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvEvaluateTests {

    private final Judge judge = new EnvEvaluate();

    @Test
    void scoresWhatTheEnvironmentSaid() {
        assertThat(judge(Map.of("env_reward", "1.0", "env_cause", "odd", "env_reason", "All tests pass.")))
                .isEqualTo(new Score(1, Score.NO_CAUSE, "All tests pass."));
        assertThat(judge(Map.of("env_reward", "0.25", "env_cause", "timed-out", "env_reason", "3 of 4 failed.")))
                .isEqualTo(new Score(0.25, "timed-out", "3 of 4 failed."));
        assertThat(judge(Map.of("env_reward", "0.0"))).isEqualTo(new Score(0, "unsolved", ""));
    }

    @Test
    void anEpisodeWithoutAnEnvironmentCannotBeJudged() {
        assertThatExceptionOfType(UnjudgeableException.class)
                .isThrownBy(() -> judge(Map.of("final_answer", "\\boxed{1}")))
                .withMessageContaining("set task_reader.type to env_service");
    }

    private Score judge(Map<String, String> output) {
        EpisodeFinished episode = TestingEpisodes.episode("1");
        return judge.judge(
                episode.task(),
                new EpisodeFinished(
                        episode.episode(),
                        episode.task(),
                        episode.judge(),
                        null,
                        output,
                        episode.messages(),
                        episode.trajectory(),
                        episode.usage(),
                        episode.startedAt(),
                        episode.finishedAt()));
    }
}
