package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunState;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.messaging.TestingEarlierDatabase;
import dev.hone.task.TaskApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// Today's service on what its first release left, a run in the middle.
@Tag("slow")
class MigrationIntegrationTests {

    @Test
    void rowsOfTheFirstReleaseAreReadByTodays() {
        TestingEarlierDatabase earlier = new TestingEarlierDatabase("task", "1");
        String config = EventCodec.json()
                .readTree(TestingEarlierDatabase.event("gateway.run-submitted.v1.defaults.1.json"))
                .get("config")
                .toString();
        earlier.plant(
                "insert into run (name, version, state, config, policy_version, training_tasks, validation_tasks,"
                        + " dataset_fingerprint, issued_phases, updated_at)"
                        + " values ('old', 3, 'PAUSED', ?, 1, 32, 0, 'f', 2, now())",
                config);
        for (int step = 1; step <= 2; step++) {
            earlier.plant(
                    "insert into issued_phase values ('old/train/' || ?, 0, 'old', 'TRAIN', ?, 2, false, now(), null)",
                    step,
                    step);
            for (int group = 0; group < 2; group++) {
                earlier.plant(
                        "insert into task_group values (?, 0, 'old', 'TRAIN', ?, ?, ?, 1, null)",
                        "old/train/" + step + "/" + group,
                        step,
                        group,
                        "{\"taskId\":\"train-" + (20 + 2 * step + group) + "\",\"query\":\"?\",\"metadata\":{}}");
                earlier.plant(
                        "insert into episode values (?, 0, ?, 'old', 'TRAIN', ?, ?, 0, 0, ?, now(), now() + interval"
                                + " '1 hour', now(), ?, ?, null, null)",
                        "old/train/" + step + "/" + group + "/0/0",
                        "old/train/" + step + "/" + group,
                        step,
                        group,
                        step == 1 ? "JUDGED" : "ISSUED",
                        step == 1 ? 0.5 : null,
                        step == 1 ? Boolean.TRUE : null);
            }
        }
        earlier.plant(
                "insert into outbox (message_id, topic, event_key, payload)"
                        + " values (gen_random_uuid(), 'task.task-issued.v1', 'old/train/2/0', ?)",
                (Object) TestingEarlierDatabase.event("task.task-issued.v1.train.1.json"));

        try (ConfigurableApplicationContext context = TaskApplication.builder()
                .run(
                        "--TASK_DB_URL=" + earlier.url(),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--PORT=0")) {
            Run run = context.getBean(Runs.class).findByName("old").orElseThrow();
            assertThat(run.state()).isEqualTo(RunState.PAUSED);
            assertThat(run.config().orElseThrow().rollout().maxEnvWorker()).isEqualTo(64);
            assertThat(run.config().orElseThrow().taskJudge().judgeTimeout())
                    .as("a later key")
                    .isPositive();
            TaskGroups groups = context.getBean(TaskGroups.class);
            assertThat(groups.lastPosition("old")).as("V2 works it out").contains(3L);
            assertThat(groups.taken("old", 1, 2)).containsExactlyInAnyOrder(22, 23, 24, 25);
            assertThat(context.getBean(Episodes.class).lines("old")).hasSize(2);
            assertThat(context.getBean(Episodes.class).findById("old/train/1/1/0/0"))
                    .isPresent();
        }
    }
}
