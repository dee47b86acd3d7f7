package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.messaging.TestingEarlierDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Today's gateway on what its first release left: a run that ended long ago, and one that has just ended. Events of
/// the
/// first are then let go.
@Tag("slow")
class MigrationIntegrationTests {

    @Test
    void rowsOfTheFirstReleaseAreReadByTodaysAndOldEventsLetGo() throws Exception {
        TestingEarlierDatabase earlier = new TestingEarlierDatabase("gateway", "1");
        String config = EventCodec.json()
                .readTree(TestingEarlierDatabase.event("gateway.run-submitted.v1.defaults.1.json"))
                .get("config")
                .toString();
        for (String run : new String[] {"old", "new"}) {
            earlier.plant(
                    "insert into run (name, config, warnings, state, task_prepared, learner_prepared, last_phase_done,"
                            + " exported, steps, step, request_hash, submitted_at, started_at, ended_at) values (?, ?, '',"
                            + " 'COMPLETED', true, true, true, true, 1, 1, 'h', now(), now(), now() - cast(? as"
                            + " interval))",
                    run,
                    config,
                    run.equals("old") ? "100 days" : "1 day");
            earlier.plant("insert into step values (?, 'train', 1, 1, '{\"reward/mean\":0.5}', 16, 0, 0, now())", run);
            earlier.plant("insert into closed_group values (?, 'train', 1, 0, 8, 0)", run);
            earlier.plant(
                    "insert into episode (run, purpose, step, grp, sample, attempt, state, reward, success, cause)"
                            + " values (?, 'train', 1, 0, 0, 0, 'JUDGED', 0.5, true, 'none')",
                    run);
            for (int event = 0; event < 3; event++) {
                earlier.plant("insert into run_event (run, type, data) values (?, 'run', '{}')", run);
            }
        }
        try (TestingServices services = new TestingServices();
                ConfigurableApplicationContext context = GatewayApplication.builder()
                        .run(
                                "--GATEWAY_DB_URL=" + earlier.url(),
                                "--DB_PASSWORD=" + TestInfrastructure.password(),
                                "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                                "--TASK_URL=" + services.address(),
                                "--ROLLOUT_URL=" + services.address(),
                                "--JUDGE_URL=" + services.address(),
                                "--LEARNER_URL=" + services.address(),
                                "--PORT=0");
                TestingApi api = new TestingApi(TestingGateway.address(context))) {
            assertThat(api.get("/api/v1/runs/old").json().path("state").asString())
                    .isEqualTo("completed");
            assertThat(api.get("/api/v1/runs/old/steps")
                            .json()
                            .at("/steps/0/metrics/reward~1mean")
                            .asDouble())
                    .isEqualTo(0.5);
            assertThat(api.get("/api/v1/runs/new/causes").text()).contains("none");
            assertThat(api.events("new", 0)).hasSize(3);
            JdbcClient jdbc = context.getBean(JdbcClient.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> events(jdbc, "old") == 1);
            assertThat(api.events("old", 0)).as("the last one tells the end").hasSize(1);
            assertThat(events(jdbc, "new")).isEqualTo(3);
        }
    }

    private static int events(JdbcClient jdbc, String run) {
        return jdbc.sql("select count(*) from run_event where run = ?")
                .param(run)
                .query(Integer.class)
                .single();
    }
}
