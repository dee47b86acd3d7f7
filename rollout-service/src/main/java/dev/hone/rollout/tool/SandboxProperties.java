package dev.hone.rollout.tool;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// Where code runs.
///
/// @param url sandbox-service
@Validated
@ConfigurationProperties("hone.rollout.sandbox")
record SandboxProperties(@NotNull URI url) {}
