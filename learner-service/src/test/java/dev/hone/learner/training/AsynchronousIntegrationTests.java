package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.LearnerApplication;
import dev.hone.learner.follow.PolicyServer;
import dev.hone.messaging.TestInfrastructure;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

/// A learner whose steps are sampled ahead, and a policy-server that follows it.
class AsynchronousIntegrationTests {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private static Path folder;

    private static ConfigurableApplicationContext learner;
    private static JdbcTemplate jdbc;
    private TestingRing ring;
    private RunId run;

    @BeforeAll
    static void start() {
        learner = LearnerApplication.builder()
                .run(
                        "--server.port=0",
                        "--LEARNER_DB_URL=" + TestInfrastructure.database("ahead"),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--hone.learner.runs-directory=" + folder);
        jdbc = learner.getBean(JdbcTemplate.class);
    }

    @BeforeEach
    void submit(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        run = new RunId(name.substring(0, Math.min(60, name.length())));
        RunConfig config =
                RunConfigReader.read("""
                hone:
                  model: {path: %s}
                  trainer_common:
                    device: cpu
                    save_freq: 100
                    max_staleness: 1
                    optim: {lr: 1.0e-3}
                    algorithm: {rollout_is: token}
                """.formatted(GoldenModel.directory())).config();
        ring = new TestingRing(config, run);
        ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.now()));
        awaitVersion(learner, 0);
    }

    /// The next run's turn comes when this one has ended.
    @AfterEach
    void cancel() {
        ring.send(Topics.RUN_CONTROLLED, new RunControlled(run, RunControlled.Action.CANCEL, "done", Instant.now()));
        ring.close();
    }

    @AfterAll
    static void stop() {
        learner.close();
    }

    @Test
    void noTokenIsTrainedOnThatIsStalerThanTheBoundAndTheLedgerProvesIt() throws Exception {
        // all three steps are sampled before the first is trained: 0, 1 and 2 versions behind
        List<Runnable> messages = new ArrayList<>();
        for (int step = 1; step <= 3; step++) {
            messages.addAll(ring.rolledOut(port(learner), new Phase(Purpose.TRAIN, step, 2, false), 4, 0));
        }
        messages.forEach(Runnable::run);
        awaitVersion(learner, 3);

        assertThat(jdbc.queryForList("""
                        select step || ': ' || coalesce(oldest_token_version || '..' || newest_token_version, 'none')
                        from ledger where run = ? order by step""", String.class, run.value())).containsExactly("1: 0..0", "2: 0..0", "3: none");
        assertThat(metrics(2))
                .contains("\"staleness/mean\":1.0", "\"staleness/max\":1.0", "\"episodes/too_stale\":0.0");
        assertThat(metrics(3)).contains("\"staleness/max\":2.0", "\"episodes/too_stale\":8.0", "\"updated\":0.0");
        assertThat(trainedTokens(1)).isNotEmpty().containsOnly(0);
        assertThat(trainedTokens(2)).isNotEmpty().containsOnly(0);
        assertThat(trainedTokens(3)).isEmpty();
        assertThatThrownBy(() -> jdbc.update("update ledger set oldest_token_version = -1 where step = 2"))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("trained_tokens_within_staleness");
    }

    @Test
    void aPolicyServerFollowsTheLearnerAndGeneratesTheSame() throws Exception {
        try (ConfigurableApplicationContext server = serve()) {
            sameFrom(server, 0);
            for (int step = 1; step <= 2; step++) {
                ring.phase(port(learner), new Phase(Purpose.TRAIN, step, 2, false), 4);
                sameFrom(server, step);
            }
        }
        ring.phase(port(learner), new Phase(Purpose.TRAIN, 3, 2, false), 4);
        awaitVersion(learner, 3);
        try (ConfigurableApplicationContext restarted = serve()) {
            sameFrom(restarted, 3);
        }
        assertThat(folder.resolve(run.value()).resolve("published")).isNotEmptyDirectory();
    }

    private void sameFrom(ConfigurableApplicationContext server, int version) throws Exception {
        awaitVersion(learner, version);
        awaitVersion(server, version);
        assertThat(policy(server)).isEqualTo(policy(learner));
        for (int noise = 0; noise < 4; noise++) {
            GenerateResponse expected = generate(learner, noise, version);
            GenerateResponse actual = generate(server, noise, version);
            assertThat(actual.tokenIds()).isEqualTo(expected.tokenIds());
            assertThat(actual.logProbs()).isEqualTo(expected.logProbs());
            assertThat(actual.versions()).isEqualTo(expected.versions());
        }
    }

    private ConfigurableApplicationContext serve() {
        return PolicyServer.builder()
                .run(
                        "--server.port=0",
                        "--hone.policy-server.learner=http://127.0.0.1:" + port(learner),
                        "--hone.policy-server.brokers=" + TestInfrastructure.brokers(),
                        "--hone.policy-server.poll=1h",
                        "--hone.policy-server.device=cpu",
                        "--hone.policy-server.directory=" + folder.resolve("server"));
    }

    private GenerateResponse generate(ConfigurableApplicationContext context, int noise, int version) throws Exception {
        HttpResponse<byte[]> answer = ring.generate(port(context), noise, version, 30_000);
        assertThat(answer.statusCode()).isEqualTo(200);
        return EventCodec.cbor().readValue(answer.body(), GenerateResponse.class);
    }

    /// The version of each token that the step was made of, from its trajectory and what the update knew of it.
    private List<Integer> trainedTokens(int step) {
        List<Integer> versions = new ArrayList<>();
        for (Map<String, Object> row : jdbc.queryForList("""
                select t.tokens, e.trajectory from ledger_tokens t
                join ledger_member m using (run, purpose, step, group_index, sample)
                join episode e using (run, purpose, step, group_index, sample, attempt)
                where t.run = ? and t.step = ?""", run.value(), step)) {
            List<Timeline> timelines =
                    Trajectory.decode((byte[]) row.get("trajectory")).timelines();
            for (TrainedTokens.TimelineTokens tokens :
                    TrainedTokens.decode((byte[]) row.get("tokens")).timelines()) {
                for (int position : tokens.positions()) {
                    versions.add(timelines.get(tokens.timeline()).versions().stream()
                            .filter(span -> span.start() <= position && position < span.end())
                            .findFirst()
                            .orElseThrow()
                            .version());
                }
            }
        }
        return versions;
    }

    private String metrics(int step) {
        return jdbc.queryForObject(
                "select metrics from ledger where run = ? and step = ?", String.class, run.value(), step);
    }

    private void awaitVersion(ConfigurableApplicationContext context, int version) {
        await().atMost(PATIENCE).until(() -> policy(context).contains("\"version\":" + version + ","));
    }

    private String policy(ConfigurableApplicationContext context) throws Exception {
        return ring.get(port(context), "/api/v1/runs/" + run + "/policy").body();
    }

    private static int port(ConfigurableApplicationContext context) {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }
}
