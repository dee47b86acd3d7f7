package dev.hone.learner.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.LearnerApplication;
import dev.hone.messaging.TestInfrastructure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/// When a phase is complete, over a real database.
class ClosedGroupsIntegrationTests {

    private static final Phase PHASE = new Phase(Purpose.TRAIN, 1, 2, false);

    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start(@TempDir Path folder) {
        context = LearnerApplication.builder()
                .run(
                        "--server.port=0",
                        "--LEARNER_DB_URL=" + TestInfrastructure.database("closed_groups"),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--hone.learner.runs-directory=" + folder);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void aPhaseIsDueWhenAllThatCountAreClosed() {
        RunId run = new RunId("plain");
        close(run, 1, false);
        assertThat(due(run)).isEmpty();
        close(run, 0, false);
        close(run, 0, false); // told twice
        assertThat(due(run)).containsExactly(PHASE);
    }

    /// Group 0 is replaced by 2, which is replaced by 3; the topic brings them in any order.
    @Test
    void aPhaseWaitsForTheGroupsThatWereReplacedToo() {
        RunId run = new RunId("replaced");
        close(run, 3, false);
        close(run, 1, false);
        assertThat(due(run)).as("both that count are here, 0 and 2 are not").isEmpty();
        close(run, 2, true);
        assertThat(due(run)).isEmpty();
        close(run, 0, true);
        assertThat(due(run)).containsExactly(PHASE);
    }

    @Test
    void replacedGroupsAloneMakeNoPhase() {
        RunId run = new RunId("replaced-only");
        close(run, 0, true);
        close(run, 1, true);
        assertThat(due(run)).isEmpty();
    }

    private static void close(RunId run, int group, boolean replaced) {
        GroupClosed closed = new GroupClosed(run, PHASE, group, "train-" + group, List.of(), List.of(), replaced);
        context.getBean(TransactionTemplate.class)
                .executeWithoutResult(
                        status -> context.getBean(ClosedGroups.class).closed(List.of(closed)));
    }

    private static List<Phase> due(RunId run) {
        return context.getBean(ClosedGroups.class).due(run);
    }
}
