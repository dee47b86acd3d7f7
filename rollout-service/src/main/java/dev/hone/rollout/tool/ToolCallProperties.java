package dev.hone.rollout.tool;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What is kept of tool calls.
///
/// @param keep the newest so many
/// @param code of each at most so much of its code; its whole length and SHA-256 are kept beside it
/// @param output likewise of standard output, and of standard error
@Validated
@ConfigurationProperties("hone.rollout.tool-calls")
record ToolCallProperties(
        @DefaultValue("1000000") @Min(1) long keep,
        @DefaultValue("16KB") DataSize code,
        @DefaultValue("4KB") DataSize output) {}
