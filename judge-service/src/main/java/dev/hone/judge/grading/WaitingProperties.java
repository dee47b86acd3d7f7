package dev.hone.judge.grading;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long episodes wait for what their judge needs.
///
/// @param longest after which an attempt ends without a verdict, as `judge-unavailable`
@ConfigurationProperties(prefix = "hone.judge.waiting", ignoreUnknownFields = false)
record WaitingProperties(@DefaultValue("6h") Duration longest) {

    WaitingProperties {
        if (!longest.isPositive()) {
            throw new IllegalArgumentException("hone.judge.waiting.longest is " + longest + "; set it above 0.");
        }
    }
}
