package dev.hone.rollout.endpoint;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// How agents in other processes reach this one.
///
/// @param url this process as they see it, `http://HOST:PORT`; empty: `http://127.0.0.1` and the port
/// @param silence how long such an agent may give no sign of life before its attempt fails
@Validated
@ConfigurationProperties("hone.rollout.endpoint")
record EndpointProperties(@NotNull String url, @NotNull Duration silence) {}
