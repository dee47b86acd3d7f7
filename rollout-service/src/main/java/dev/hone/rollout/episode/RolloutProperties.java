package dev.hone.rollout.episode;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// How this process works on episodes.
///
/// @param workers episodes at the same time in this process; a run's `rollout.max_env_worker` bounds it
///     further
/// @param lease how long an episode stays with a worker that gives no sign of life; renewed three times as
///     often
/// @param pollInterval how often to look for work that nobody announced: expired leases, another process's
///     rows
@Validated
@ConfigurationProperties("hone.rollout")
record RolloutProperties(
        @Min(1) int workers,
        @NotNull Duration lease,
        @NotNull Duration pollInterval) {}
