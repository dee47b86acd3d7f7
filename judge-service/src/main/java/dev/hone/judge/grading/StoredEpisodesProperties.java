package dev.hone.judge.grading;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How many copies of episodes are kept to judge them again. What has no verdict yet always stays.
///
/// @param maxAge of a copy
/// @param maxSize of all of them together, packed; beyond it the oldest go
/// @param trimInterval from look to look
@ConfigurationProperties(prefix = "hone.judge.stored-episodes", ignoreUnknownFields = false)
record StoredEpisodesProperties(
        @DefaultValue("90d") Duration maxAge,
        @DefaultValue("20GB") DataSize maxSize,
        @DefaultValue("10m") Duration trimInterval) {

    StoredEpisodesProperties {
        require(maxAge.isPositive(), "max-age", maxAge);
        require(maxSize.toBytes() > 0, "max-size", maxSize);
        require(trimInterval.isPositive(), "trim-interval", trimInterval);
    }

    private static void require(boolean positive, String key, Object value) {
        if (!positive) {
            throw new IllegalArgumentException(
                    "hone.judge.stored-episodes." + key + " is " + value + "; set it above 0.");
        }
    }
}
