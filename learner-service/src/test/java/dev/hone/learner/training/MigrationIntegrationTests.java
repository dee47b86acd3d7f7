package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.learner.LearnerApplication;
import dev.hone.learner.episode.Episodes;
import dev.hone.learner.ledger.Ledger;
import dev.hone.learner.run.Runs;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.messaging.TestingEarlierDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/// Today's service on what its first release left: a run that has ended, with its ledger and a trajectory. What is too
/// old is then let go.
@Tag("slow")
class MigrationIntegrationTests {
    private static final RunId RUN = new RunId("math-agent-1");

    private static TestingEarlierDatabase earlier() {
        TestingEarlierDatabase earlier = new TestingEarlierDatabase("learner", "1");
        String config = EventCodec.json()
                .readTree(TestingEarlierDatabase.event("gateway.run-submitted.v1.defaults.1.json"))
                .get("config")
                .toString();
        EpisodeFinished finished = EventCodec.decode(
                TestingEarlierDatabase.event("rollout.episode-finished.v1.solved.1.cbor"), EpisodeFinished.class);
        earlier.plant(
                "insert into run (run, state, config, updated_at) values (?, 'FAILED', ?, now() - interval '100 days')",
                RUN.value(),
                config);
        earlier.plant(
                "insert into episode values (?, 'train', 3, 12, 5, 0, false, ?, ?, 1)",
                RUN.value(),
                finished.trajectory(),
                EventCodec.json().writeValueAsString(finished.usage()));
        earlier.plant("insert into verdict values (?, 'train', 3, 12, 5, 0, 0.9, true, '{}')", RUN.value());
        for (int step = 1; step <= 3; step++) {
            earlier.plant(
                    "insert into ledger values (?, 'train', ?, false, ?, ?, 'sha256:00', 1, '{}', now() - ? * interval"
                            + " '1 day')",
                    RUN.value(),
                    step,
                    step - 1,
                    step,
                    40 * (4 - step));
            earlier.plant("insert into ledger_member values (?, 'train', ?, 12, 5, 0, 0, 1.5)", RUN.value(), step);
        }
        earlier.migrate("3");
        for (int step = 1; step <= 3; step++) {
            earlier.plant(
                    "insert into ledger_tokens values (?, 'train', ?, 12, 5, ?)",
                    RUN.value(),
                    step,
                    new TrainedTokens(0, List.of()).encode());
        }
        return earlier;
    }

    @Test
    void rowsOfTheFirstReleaseAreReadByTodaysAndOldTokensLetGo() {
        try (ConfigurableApplicationContext context = LearnerApplication.builder()
                .run(
                        "--server.port=0",
                        "--hone.learner.trained-tokens.trim-interval=1d",
                        "--hone.learner.trained-tokens.max-age=1000d",
                        "--LEARNER_DB_URL=" + earlier().url(),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers())) {
            assertThat(context.getBean(Runs.class)
                            .find(RUN)
                            .orElseThrow()
                            .config()
                            .trainerCommon()
                            .maxStaleness())
                    .as("a later key")
                    .isZero();
            Ledger ledger = context.getBean(Ledger.class);
            assertThat(ledger.rowsAfter(RUN, Purpose.TRAIN, 0))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row.conditions()).isEmpty());
            assertThat(ledger.members(RUN, 3))
                    .singleElement()
                    .satisfies(member -> assertThat(member.advantage()).isEqualTo(1.5));
            assertThat(context.getBean(Episodes.class)
                            .judged(RUN, Purpose.TRAIN, 3)
                            .values())
                    .singleElement()
                    .satisfies(episode ->
                            assertThat(episode.trajectory().lossTokens()).isEqualTo(2));
            assertThat(stepsWithTokens(ledger)).containsExactly(1, 2, 3);

            JdbcClient jdbc = context.getBean(JdbcClient.class);
            trim(jdbc, Duration.ofDays(110), DataSize.ofGigabytes(1));
            assertThat(stepsWithTokens(ledger)).as("80 and 40 days old").containsExactly(2, 3);
            assertThat(trajectories(jdbc)).isEqualTo(1);
            trim(jdbc, Duration.ofDays(90), DataSize.ofBytes(new TrainedTokens(0, List.of()).encode().length));
            assertThat(stepsWithTokens(ledger)).as("the newest that have room").containsExactly(3);
            assertThat(trajectories(jdbc)).as("the run failed 100 days ago").isZero();
            assertThat(ledger.members(RUN, 1)).hasSize(1);
        }
    }

    private static void trim(JdbcClient jdbc, Duration age, DataSize size) {
        new TrimmedTokens(jdbc, new TrainedTokensProperties(age, size, Duration.ofMinutes(10))).trim();
    }

    private static List<Integer> stepsWithTokens(Ledger ledger) {
        return List.of(1, 2, 3).stream()
                .filter(step -> ledger.tokens(RUN, step, 12, 5).isPresent())
                .toList();
    }

    private static int trajectories(JdbcClient jdbc) {
        return jdbc.sql("select count(*) from episode where trajectory is not null")
                .query(Integer.class)
                .single();
    }
}
