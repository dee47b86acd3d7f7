package dev.hone.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.RunId;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTests {

    private static final EpisodeKey EPISODE = EpisodeKey.parse("run/eval/0/1/2/3");

    @Test
    void namesRunEpisodeAndTraceWhileItIsOpen() {
        try (LogContext ignored = LogContext.of(EPISODE)) {
            assertThat(MDC.get("run")).isEqualTo("run");
            assertThat(MDC.get("episode")).isEqualTo("run/eval/0/1/2/3");
            assertThat(MDC.get("trace.id")).isEqualTo(EPISODE.traceId()).hasSize(32);
        }
        assertThat(MDC.get("run")).isNull();
        assertThat(MDC.get("episode")).isNull();
        assertThat(MDC.get("trace.id")).isNull();
    }

    @Test
    void givesBackWhatWasThereBefore() {
        try (LogContext outer = LogContext.of(new RunId("outer"))) {
            LogContext.of(EPISODE).close();
            assertThat(MDC.get("run")).isEqualTo("outer");
            assertThat(MDC.get("episode")).isNull();
        }
    }

    @Test
    void readsTheRunOfAnEventsKeyAndLeavesOutWhatIsNoEpisode() {
        try (LogContext ofGroup = LogContext.ofKey("other/train/1/2")) {
            assertThat(MDC.get("run")).isEqualTo("other");
        }
        try (LogContext nobody = LogContext.ofNamed("nobody")) {
            assertThat(MDC.get("episode")).isNull();
        }
    }
}
