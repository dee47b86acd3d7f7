package dev.hone.rollout.generation;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the policy is.
///
/// @param url learner-service
/// @param modelCache folder for the model's small files, fetched once per run and process
/// @param generators who samples tokens: the learner, policy-servers, or both; empty: the learner alone
/// @param versionMillis of several, how long one may take to get the version that is asked for before another is asked
@Validated
@ConfigurationProperties("hone.rollout.learner")
record LearnerProperties(
        @NotNull URI url,
        @NotNull Path modelCache,
        @DefaultValue List<URI> generators,
        @DefaultValue("2000") @Positive long versionMillis) {

    LearnerProperties {
        generators = generators.isEmpty() ? List.of(url) : List.copyOf(generators);
    }
}
