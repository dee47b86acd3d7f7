package dev.hone.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.tracing.LogContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LoggingSystem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogFormatTests {

    private static final EpisodeKey EPISODE = EpisodeKey.parse("run/train/3/12/5/0");

    @Test
    void onePropertyMakesEachLineJsonWithRunEpisodeAndTrace() {
        PrintStream before = System.out;
        setUpLoggingAnew();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setOut(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try (RunningSandbox sandbox = RunningSandbox.start("--logging.structured.format.console=ecs");
                LogContext ignored = LogContext.of(EPISODE)) {
            LoggerFactory.getLogger("dev.hone.sandbox").info("Something of an episode");
        } finally {
            System.setOut(before);
            setUpLoggingAnew();
        }
        JsonNode line = lines.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(text -> text.contains("Something of an episode"))
                .map(text -> JsonMapper.shared().readTree(text))
                .findFirst()
                .orElseThrow();
        assertThat(line.path("message").asString()).isEqualTo("Something of an episode");
        assertThat(line.path("service").path("name").asString()).isEqualTo("sandbox-service");
        assertThat(line.path("run").asString()).isEqualTo("run");
        assertThat(line.path("episode").asString()).isEqualTo(EPISODE.id());
        assertThat(line.path("trace").path("id").asString()).isEqualTo(EPISODE.traceId());
    }

    /// The first application of a JVM sets it up for all.
    private static void setUpLoggingAnew() {
        LoggingSystem.get(LogFormatTests.class.getClassLoader()).cleanUp();
    }
}
