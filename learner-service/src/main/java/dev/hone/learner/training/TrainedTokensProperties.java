package dev.hone.learner.training;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How long what updates knew of their tokens is kept, and trajectories of runs that have ended. The ledger always
/// stays.
///
/// @param maxAge from the update, or from the run's end
/// @param maxSize of all tokens' records together; beyond it the oldest updates' go
/// @param trimInterval from look to look
@ConfigurationProperties(prefix = "hone.learner.trained-tokens", ignoreUnknownFields = false)
record TrainedTokensProperties(
        @DefaultValue("90d") Duration maxAge,
        @DefaultValue("50GB") DataSize maxSize,
        @DefaultValue("10m") Duration trimInterval) {
    TrainedTokensProperties {
        require(maxAge.isPositive(), "max-age", maxAge);
        require(maxSize.toBytes() > 0, "max-size", maxSize);
        require(trimInterval.isPositive(), "trim-interval", trimInterval);
    }

    private static void require(boolean positive, String key, Object value) {
        if (!positive) {
            throw new IllegalArgumentException(
                    "hone.learner.trained-tokens." + key + " is " + value + "; set it above 0.");
        }
    }
}
