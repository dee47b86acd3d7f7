package dev.hone.gateway.preflight;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the other services are.
///
/// @param task task-service's address
/// @param rollout rollout-service's address
/// @param judge judge-service's address
/// @param learner learner-service's address
/// @param timeout how long one answer may take; a preflight reads the dataset's and the model's heads
@ConfigurationProperties("hone.services")
public record ServicesProperties(
        URI task,
        URI rollout,
        URI judge,
        URI learner,
        @DefaultValue("60s") Duration timeout) {}
