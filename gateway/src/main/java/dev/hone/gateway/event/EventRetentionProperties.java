package dev.hone.gateway.event;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long a run's log of events is kept, from the run's end. Its curve, episodes and state always stay.
///
/// @param maxAge from the run's end
/// @param trimInterval from look to look
@ConfigurationProperties(prefix = "hone.gateway.events", ignoreUnknownFields = false)
record EventRetentionProperties(
        @DefaultValue("90d") Duration maxAge,
        @DefaultValue("10m") Duration trimInterval) {

    EventRetentionProperties {
        if (!maxAge.isPositive() || !trimInterval.isPositive()) {
            throw new IllegalArgumentException("hone.gateway.events.max-age is " + maxAge + ", trim-interval "
                    + trimInterval + "; set both above 0.");
        }
    }
}
