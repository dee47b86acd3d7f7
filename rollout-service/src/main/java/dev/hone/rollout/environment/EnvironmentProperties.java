package dev.hone.rollout.environment;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How this process looks after instances of environments.
///
/// @param lease how long an instance stays with a process that gives no sign of life; then another releases it.
///     Default 30 seconds
/// @param sweepInterval how often signs of life are given, and leaked instances looked for. Default 5 seconds
@Validated
@ConfigurationProperties(prefix = "hone.rollout.environment", ignoreUnknownFields = false)
record EnvironmentProperties(
        @NotNull @DefaultValue("30s") Duration lease,
        @NotNull @DefaultValue("5s") Duration sweepInterval) {}
