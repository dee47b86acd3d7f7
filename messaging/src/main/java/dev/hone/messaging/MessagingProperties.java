package dev.hone.messaging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the inbox, of the invariants and of the outbox.
///
/// @param inboxRetention how long the ids of handled messages are kept, at least a day. Default 30 days
/// @param inboxPruneInterval how often older ones are deleted. Default 1 hour
/// @param invariantsInterval how often the invariants are checked, less often where that takes long. Default 1 minute
/// @param sendTimeout how long the broker may take to confirm events before they are sent again. Default 50 seconds
@ConfigurationProperties(prefix = "hone.messaging", ignoreUnknownFields = false)
record MessagingProperties(
        @DefaultValue("30d") Duration inboxRetention,
        @DefaultValue("1h") Duration inboxPruneInterval,
        @DefaultValue("1m") Duration invariantsInterval,
        @DefaultValue("50s") Duration sendTimeout) {

    private static final Duration LEAST_RETENTION = Duration.ofDays(1);

    MessagingProperties {
        if (inboxRetention.compareTo(LEAST_RETENTION) < 0) {
            throw new IllegalArgumentException("hone.messaging.inbox-retention is " + inboxRetention
                    + "; set it to at least " + LEAST_RETENTION + ", or messages sent again are handled again.");
        }
    }
}
