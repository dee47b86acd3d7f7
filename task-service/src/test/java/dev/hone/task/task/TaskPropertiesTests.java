package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TaskPropertiesTests {

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Configuration.class);

    @EnableConfigurationProperties(TaskProperties.class)
    static class Configuration {}

    @Test
    void defaults() {
        context.run(started -> assertThat(started.getBean(TaskProperties.class))
                .isEqualTo(new TaskProperties(Duration.ofMinutes(15), Duration.ofSeconds(5))));
    }

    @Test
    void everySetting() {
        context.withPropertyValues("hone.task.lease=90s", "hone.task.sweep-interval=250ms")
                .run(started -> assertThat(started.getBean(TaskProperties.class))
                        .isEqualTo(new TaskProperties(Duration.ofSeconds(90), Duration.ofMillis(250))));
    }

    @Test
    void unknownSettingIsRefused() {
        context.withPropertyValues("hone.task.leese=90s")
                .run(started -> assertThat(started).getFailure().rootCause().hasMessageContaining("hone.task.leese"));
    }
}
