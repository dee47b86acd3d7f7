package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/// A value that is logged begins no line of its own, and steers no terminal.
class LogLineTests {

    static Stream<String> patterns() throws IOException {
        return Stream.concat(
                Stream.of(Console.LOG_LINE),
                Stream.of("messaging.yml", "sandbox-service.yml", "policy-server.yml")
                        .map(LogLineTests::pattern));
    }

    private static String pattern(String file) {
        try {
            List<PropertySource<?>> sources = new YamlPropertySourceLoader().load(file, new ClassPathResource(file));
            return Objects.requireNonNull(sources.getFirst().getProperty("logging.pattern.console"))
                    .toString()
                    .replace("%wEx", "");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void aMessageIsOneLineWhateverItTells(String pattern) {
        LoggerContext context = new LoggerContext();
        Logger logger = context.getLogger("dev.hone.gateway");
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern);
        layout.start();
        String line =
                layout.doLayout(new LoggingEvent("x", logger, Level.WARN, "Run {} is refused", null, new Object[] {
                    "a\r\n2026-01-01 INFO dev.hone.gateway - b\u001b[2J\u0085c\u2028d"
                }));
        assertThat(line)
                .endsWith("Run a 2026-01-01 INFO dev.hone.gateway - b [2J c d is refused" + System.lineSeparator());
        assertThat(line.strip()).doesNotContain("\n", "\r", "\u001b");
    }
}
