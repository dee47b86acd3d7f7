package dev.hone.contracts.sandbox;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/// `POST /api/v1/executions` of sandbox-service: run this Python. In JSON `code`, `timeout_seconds`, `cpu_seconds`.
///
/// @param code Python source, at most 1 MB in UTF-8
/// @param timeoutSeconds wall-clock limit in seconds; null: the sandbox's default; more than its maximum is cut to it
/// @param cpuSeconds CPU limit in seconds; null: the sandbox's default; more than its maximum is cut to it
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ExecutionRequest(
        String code,
        @Nullable Double timeoutSeconds,
        @Nullable Double cpuSeconds) {}
