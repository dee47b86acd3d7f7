package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.sandbox.RunningSandbox;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ExecutionPropertiesTests {

    @Test
    void defaultsFollowTheProcessors() {
        int slots = 2 * Runtime.getRuntime().availableProcessors();
        ExecutionProperties properties = bind(Map.of());
        assertThat(properties.slotCount()).isEqualTo(slots);
        assertThat(properties.queueLength()).isEqualTo(16 * slots);
        assertThat(properties.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(properties.maxTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(properties.cpu()).isEqualTo(Duration.ofSeconds(5));
        assertThat(properties.maxCode()).isEqualTo(DataSize.ofMegabytes(1));
    }

    @Test
    void everySettingIsRead() {
        ExecutionProperties properties = bind(Map.of(
                "sandbox.execution.slots", "3",
                "sandbox.execution.queue", "5",
                "sandbox.execution.queue-timeout", "7s",
                "sandbox.execution.timeout", "2s",
                "sandbox.execution.max-timeout", "4s",
                "sandbox.execution.cpu", "1s",
                "sandbox.execution.max-cpu", "2s",
                "sandbox.execution.max-code", "10KB"));
        assertThat(properties)
                .isEqualTo(new ExecutionProperties(
                        3,
                        5,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        DataSize.ofKilobytes(10)));
    }

    @Test
    void unknownSettingsStopTheStart() {
        assertThatThrownBy(() -> RunningSandbox.start("--sandbox.execution.slot=3"))
                .rootCause()
                .hasMessageContaining("sandbox.execution.slot");
    }

    @Test
    void noSlotsStopTheStart() {
        assertThatThrownBy(() -> RunningSandbox.start("--sandbox.execution.slots=0"))
                .rootCause()
                .hasMessageContaining("slots");
    }

    private static ExecutionProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("sandbox.execution", ExecutionProperties.class);
    }
}
