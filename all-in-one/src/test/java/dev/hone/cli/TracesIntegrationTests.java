package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.RunId;
import dev.hone.tracing.TestingCollector.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run's episodes, each one trace through all services.
@Tag("slow")
class TracesIntegrationTests {

    @TempDir
    private Path folder;

    @Test
    void everyEpisodeIsOneTraceFromItsIssueToItsUpdateUnderTheIdThatFollowsFromIt() throws Exception {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("traced", 4));
        TestingTerminal terminal = TestingTerminal.run(TestingPlatform::lend, "train", "--conf", file.toString());
        assertThat(terminal.code()).as("%s", terminal.err()).isZero();
        await().atMost(Duration.ofSeconds(20)).until(() -> episodes().size() == TestingExample.SAMPLES);

        Map<String, Received> episodes = episodes();
        Map<String, List<Received>> traces = TestingPlatform.collector().spans().stream()
                .filter(span -> episodes.containsKey(span.trace()))
                .collect(Collectors.groupingBy(Received::trace));
        for (Received episode : episodes.values()) {
            EpisodeKey key = EpisodeKey.parse(episode.attribute("hone.episode"));
            assertThat(key.run()).isEqualTo(new RunId("traced"));
            assertThat(episode.trace()).isEqualTo(key.traceId());
            assertThat(episode.id()).isEqualTo(key.spanId());
            assertThat(traces.get(episode.trace()))
                    .filteredOn(span -> !span.name().equals("episode"))
                    .allSatisfy(span -> {
                        assertThat(span.parent()).isNotEmpty();
                        assertThat(span.span().getStartTimeUnixNano())
                                .isGreaterThanOrEqualTo(episode.span().getStartTimeUnixNano());
                    })
                    .extracting(span -> span.service() + " " + span.name())
                    .contains(
                            "rollout-service rollout",
                            "rollout-service generate",
                            "learner-service sample",
                            "judge-service judge");
        }
        List<String> ofAnUpdateWithTools = traces.values().stream()
                .map(spans -> spans.stream()
                        .map(span -> span.service() + " " + span.name())
                        .distinct()
                        .sorted()
                        .toList())
                .filter(spans -> spans.contains("sandbox-service execute") && spans.contains("learner-service train"))
                .findFirst()
                .orElseThrow();
        assertThat(ofAnUpdateWithTools)
                .containsExactly(
                        "judge-service judge",
                        "learner-service sample",
                        "learner-service train",
                        "rollout-service generate",
                        "rollout-service rollout",
                        "rollout-service tool call",
                        "sandbox-service execute",
                        "task-service episode");
    }

    /// The spans over whole episodes, by trace.
    private static Map<String, Received> episodes() {
        return TestingPlatform.collector().spans().stream()
                .filter(span -> span.name().equals("episode")
                        && span.attribute("hone.run").equals("traced"))
                .collect(Collectors.toMap(Received::trace, span -> span));
    }
}
