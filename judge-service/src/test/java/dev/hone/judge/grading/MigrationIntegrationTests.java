package dev.hone.judge.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.judge.TestingJudgeService;
import dev.hone.messaging.TestingEarlierDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Today's service on what earlier releases left: a verdict of the first, and an episode of the second that waits for
/// one.
@Tag("slow")
class MigrationIntegrationTests {

    @Test
    void rowsOfEarlierReleasesAreReadByTodays() {
        TestingEarlierDatabase earlier = new TestingEarlierDatabase("judge", "1");
        String event = new String(
                TestingEarlierDatabase.event("../judge.episode-judged.v1.verdict.json"), StandardCharsets.UTF_8);
        earlier.plant(
                "insert into judged_episode values ('old/train/1/2/3/0', 'old', 'old/train/1/2/3', 0, 0.9, true,"
                        + " 'none', ?, now())",
                event);
        earlier.migrate("2");
        earlier.plant(
                "insert into stored_episode values ('math-agent-1/train/3/12/5/0', 'math-agent-1', 'train', 3, ?)",
                (Object) Zstd.compress(TestingEarlierDatabase.event("rollout.episode-finished.v1.solved.2.cbor")));
        earlier.plant("insert into waiting_episode values ('math-agent-1/train/3/12/5/0', 2, now(), now())");

        try (TestingJudgeService service = TestingJudgeService.start(earlier.url())) {
            assertThat(verdict(service, "old/episodes/train/1/2/3").verdict().reward())
                    .isEqualTo(0.9);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> service.get("/api/v1/runs/math-agent-1/episodes/train/3/12/5/verdict")
                                    .status()
                            == 200);
            assertThat(verdict(service, "math-agent-1/episodes/train/3/12/5")
                            .verdict()
                            .success())
                    .isTrue();
        }
    }

    private static EpisodeJudged verdict(TestingJudgeService service, String episode) {
        return EventCodec.json()
                .readValue(service.get("/api/v1/runs/" + episode + "/verdict").body(), EpisodeJudged.class);
    }
}
