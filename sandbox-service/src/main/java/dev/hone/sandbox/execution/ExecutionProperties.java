package dev.hone.sandbox.execution;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How many calls run and wait, and how long each may take.
///
/// @param slots calls that run at once; default: twice the processors
/// @param queue calls that wait for a slot before others are refused with 429; default: 16 a slot
/// @param queueTimeout longest wait for a slot, then 429
/// @param timeout wall-clock limit of a call that names none
/// @param maxTimeout largest wall-clock limit; a request's larger one is cut to it
/// @param cpu CPU limit of a call that names none; the kernel counts whole seconds
/// @param maxCpu largest CPU limit; a request's larger one is cut to it
/// @param maxCode largest source in UTF-8, then 413
@Validated
@ConfigurationProperties(prefix = "sandbox.execution", ignoreUnknownFields = false)
record ExecutionProperties(
        @Nullable @Min(1) Integer slots,
        @Nullable @Min(0) Integer queue,
        @DefaultValue("60s") Duration queueTimeout,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("30s") Duration maxTimeout,
        @DefaultValue("5s") Duration cpu,
        @DefaultValue("30s") Duration maxCpu,
        @DefaultValue("1MB") DataSize maxCode) {

    int slotCount() {
        return slots == null ? 2 * Runtime.getRuntime().availableProcessors() : slots;
    }

    int queueLength() {
        return queue == null ? 16 * slotCount() : queue;
    }
}
