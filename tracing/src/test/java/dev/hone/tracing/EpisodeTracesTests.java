package dev.hone.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.hone.contracts.EpisodeKey;
import dev.hone.tracing.TestingCollector.Received;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpisodeTracesTests {

    private static final EpisodeKey EPISODE = EpisodeKey.parse("run/train/3/12/5/0");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void spansOfServicesThatKnowNothingOfEachOtherAreOneTraceBelowTheEpisodes() {
        try (TestingCollector collector = TestingCollector.start()) {
            try (EpisodeTraces task = new ExportedTraces("task-service", collector.endpoint() + "/", 1);
                    EpisodeTraces rollout = new ExportedTraces("rollout-service", collector.endpoint(), 1);
                    EpisodeTraces sandbox = new ExportedTraces("sandbox-service", collector.endpoint(), 1)) {
                rollout.during(EPISODE, "rollout", START.plusSeconds(1), START.plusSeconds(9), "episode-timeout");
                try (EpisodeSpan call = rollout.begin(EPISODE, "tool call");
                        EpisodeSpan execution = sandbox.begin(call.header().orElseThrow(), "execute")) {
                    execution.with("hone.outcome", "ok");
                }
                task.episode(EPISODE, START, START.plusSeconds(20), "given_up");
            }
            List<Received> spans = collector.spans();

            // printf %s run/train/3/12/5/0 | sha256sum
            assertThat(spans).extracting(Received::trace).containsOnly("1e0b0ce45fd61143077f5c1097086a4e");
            Received whole = named(spans, "episode");
            assertThat(whole.id()).isEqualTo("ced9e9c77e5cbbfb");
            assertThat(whole.parent()).isEmpty();
            assertThat(whole.span().getStartTimeUnixNano()).isEqualTo(START.getEpochSecond() * 1_000_000_000L);
            assertThat(whole.attribute("hone.outcome")).isEqualTo("given_up");
            assertThat(whole.attribute("hone.episode")).isEqualTo("run/train/3/12/5/0");
            assertThat(spans)
                    .extracting(Received::service, Received::name, Received::parent)
                    .contains(
                            tuple("rollout-service", "rollout", whole.id()),
                            tuple("rollout-service", "tool call", whole.id()),
                            tuple(
                                    "sandbox-service",
                                    "execute",
                                    named(spans, "tool call").id()))
                    .hasSize(4);
            assertThat(named(spans, "rollout").span().getStatus().getCode())
                    .isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        }
    }

    @Test
    void aShareOfTheEpisodesIsTracedAndIsTheSameInEveryService() {
        try (TestingCollector collector = TestingCollector.start()) {
            try (EpisodeTraces task = new ExportedTraces("task-service", collector.endpoint(), 0.5);
                    EpisodeTraces judge = new ExportedTraces("judge-service", collector.endpoint(), 0.5)) {
                for (int sample = 0; sample < 40; sample++) {
                    EpisodeKey episode = EpisodeKey.parse("run/train/1/0/" + sample + "/0");
                    task.episode(episode, START, START.plusSeconds(1), "trained");
                    judge.begin(episode, "judge").close();
                }
            }
            assertThat(traces(collector, "episode"))
                    .isEqualTo(traces(collector, "judge"))
                    .hasSizeBetween(5, 35);
        }
    }

    @Test
    void aRequestWithoutAReadableParentHasNoSpan() {
        try (TestingCollector collector = TestingCollector.start()) {
            try (EpisodeTraces sandbox = new ExportedTraces("sandbox-service", collector.endpoint(), 1)) {
                sandbox.begin((String) null, "execute").close();
                sandbox.begin("nonsense", "execute").close();
            }
            assertThat(collector.spans()).isEmpty();
        }
    }

    @Test
    void offItHasNoIdsToSend() {
        try (EpisodeTraces none = new TracingConfiguration().episodeTraces("rollout-service", "", 1);
                EpisodeSpan span = none.begin(EPISODE, "tool call")) {
            assertThat(none).isSameAs(EpisodeTraces.none());
            assertThat(span.header()).isEmpty();
        }
    }

    private static Received named(List<Received> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> traces(TestingCollector collector, String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .map(Received::trace)
                .sorted()
                .toList();
    }
}
