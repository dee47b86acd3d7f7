package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.messaging.TestingEarlierDatabase;
import dev.hone.rollout.RolloutApplication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/// Today's service on what its first release left: an episode that has ended, and one that waits.
@Tag("slow")
class MigrationIntegrationTests {

    private static final String ENDED = "math-agent-1/train/3/12/5/0";
    private static final String WAITS = "math-agent-1/train/3/12/5/1";

    @Test
    void rowsOfTheFirstReleaseAreReadByTodays() {
        TestingEarlierDatabase earlier = new TestingEarlierDatabase("rollout", "1");
        String issued =
                new String(TestingEarlierDatabase.event("task.task-issued.v1.train.1.json"), StandardCharsets.UTF_8);
        byte[] finished = TestingEarlierDatabase.event("rollout.episode-finished.v1.solved.1.cbor");
        earlier.plant(
                "insert into episode (episode_id, run, sample_id, step, task_group, sample, attempt, state,"
                        + " run_workers, issued, finished_at, outcome, finished) values (?, 'math-agent-1',"
                        + " 'math-agent-1/train/3/12/5', 3, 12, 5, 0, 'FINISHED', 4, ?, now(), 'finished', ?)",
                ENDED,
                issued,
                finished);
        earlier.migrate("7");
        earlier.plant(
                "insert into episode (episode_id, run, sample_id, step, task_group, sample, attempt, state,"
                        + " run_workers, issued, outside) values (?, 'math-agent-1', 'math-agent-1/train/3/12/5', 3, 12,"
                        + " 5, 1, 'QUEUED', 4, ?, true)",
                WAITS,
                issued);
        earlier.plant(
                "insert into tool_call (sample_id, attempt, code, code_bytes, code_sha256, started_at, millis, outcome)"
                        + " values ('math-agent-1/train/3/12/5', 0, 'print(7)', 8, '', now(), 3, 'ok')");

        try (ConfigurableApplicationContext context = RolloutApplication.builder()
                .run(
                        "--ROLLOUT_DB_URL=" + earlier.url(),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--PORT=0")) {
            Episode episode = context.getBean(Episodes.class)
                    .findBySampleIdAndAttempt("math-agent-1/train/3/12/5", 0)
                    .orElseThrow();
            EpisodeFinished read = episode.finished().orElseThrow();
            assertThat(read.episode().id()).isEqualTo(ENDED);
            assertThat(Trajectory.decode(read.trajectory()).lossTokens()).isEqualTo(2);
            assertThat(episode.trimmedAt()).isEmpty();

            TaskIssued next = context.getBean(EpisodeQueue.class)
                    .claimForOutside(UUID.randomUUID(), read.episode().run(), Set.of(), Duration.ofSeconds(30))
                    .orElseThrow();
            assertThat(next.rollout().untrainedModel()).as("a later key").isNotNull();
            assertThat(next.judge().judgeTimeout()).as("a later key").isPositive();
            assertThat(context.getBean(JdbcTemplate.class)
                            .queryForObject("select count(*) from tool_call", Integer.class))
                    .isEqualTo(1);
        }
    }
}
