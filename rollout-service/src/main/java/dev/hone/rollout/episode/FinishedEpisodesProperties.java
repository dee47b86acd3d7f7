package dev.hone.rollout.episode;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How long the conversations and tokens of ended episodes are kept. What became of an episode always stays.
///
/// @param maxAge from the episode's end
/// @param maxSize of all of them together, packed; beyond it the oldest go
/// @param trimInterval from look to look
@ConfigurationProperties(prefix = "hone.rollout.finished-episodes", ignoreUnknownFields = false)
record FinishedEpisodesProperties(
        @DefaultValue("90d") Duration maxAge,
        @DefaultValue("50GB") DataSize maxSize,
        @DefaultValue("10m") Duration trimInterval) {

    FinishedEpisodesProperties {
        require(maxAge.isPositive(), "max-age", maxAge);
        require(maxSize.toBytes() > 0, "max-size", maxSize);
        require(trimInterval.isPositive(), "trim-interval", trimInterval);
    }

    private static void require(boolean positive, String key, Object value) {
        if (!positive) {
            throw new IllegalArgumentException(
                    "hone.rollout.finished-episodes." + key + " is " + value + "; set it above 0.");
        }
    }
}
