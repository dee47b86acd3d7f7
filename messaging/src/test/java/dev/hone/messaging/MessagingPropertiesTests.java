package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MessagingPropertiesTests {

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Configuration.class);

    @EnableConfigurationProperties(MessagingProperties.class)
    static class Configuration {}

    @Test
    void defaults() {
        context.run(started -> assertThat(started.getBean(MessagingProperties.class))
                .isEqualTo(new MessagingProperties(
                        Duration.ofDays(30), Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(50))));
    }

    @Test
    void everySetting() {
        context.withPropertyValues(
                        "hone.messaging.inbox-retention=36h",
                        "hone.messaging.inbox-prune-interval=5m",
                        "hone.messaging.invariants-interval=20s",
                        "hone.messaging.send-timeout=7s")
                .run(started -> assertThat(started.getBean(MessagingProperties.class))
                        .isEqualTo(new MessagingProperties(
                                Duration.ofHours(36),
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(7))));
    }

    @Test
    void retentionThatCouldLetAMessageInTwiceIsRefused() {
        context.withPropertyValues("hone.messaging.inbox-retention=23h")
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("inbox-retention is PT23H; set it to at least PT24H"));
    }
}
