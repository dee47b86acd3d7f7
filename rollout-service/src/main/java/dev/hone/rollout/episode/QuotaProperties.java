package dev.hone.rollout.episode;

import dev.hone.contracts.run.Quota;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What each project may have at work at the same time.
///
/// @param episodes in all processes together, as [Quota#of] reads it: `NUMBER` for each project, `PROJECT=NUMBER` for
///     one, by commas. Empty, the default: no limit
@ConfigurationProperties("hone.quota")
record QuotaProperties(@DefaultValue("") String episodes) {

    QuotaProperties {
        Quota.of("hone.quota.episodes", episodes);
    }

    Quota ofEpisodes() {
        return Quota.of("hone.quota.episodes", episodes);
    }
}
