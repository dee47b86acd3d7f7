package dev.hone.rollout.generation;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// Where the policy is.
///
/// @param url learner-service
/// @param modelCache folder for the model's small files, fetched once per run and process
@Validated
@ConfigurationProperties("hone.rollout.learner")
record LearnerProperties(@NotNull URI url, @NotNull Path modelCache) {}
