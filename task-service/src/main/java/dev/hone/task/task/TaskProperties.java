package dev.hone.task.task;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of the ledger.
///
/// @param lease the shortest lease of an attempt; see [Lease] for what makes it longer. Default 15 minutes
/// @param sweepInterval how often overdue leases are looked for. Default 5 seconds
@Validated
@ConfigurationProperties(prefix = "hone.task", ignoreUnknownFields = false)
record TaskProperties(
        @NotNull @DefaultValue("15m") Duration lease,
        @NotNull @DefaultValue("5s") Duration sweepInterval) {}
