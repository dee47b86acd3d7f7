package dev.hone.learner.follow;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of a policy-server.
///
/// @param learner whose weights are followed
/// @param brokers Kafka, for `learner.policy-updated.v1`; empty: new versions are found by asking alone
/// @param directory where weights are put; its content is nobody else's
/// @param poll how often the learner is asked what generates, and a refused version is tried again
/// @param fetchTimeout what fetching one version may take, interrupted downloads included; then it begins anew
/// @param device `auto` (the first GPU, else the CPU), `cpu` or `cuda`
/// @param maxConcurrent requests that generate at one time, more wait
/// @param burst tokens that each request gains in one native call
/// @param threads inside one operator on the CPU while weights are packed; 0: as many as there are cores
@ConfigurationProperties("hone.policy-server")
record FollowerProperties(
        @DefaultValue("http://127.0.0.1:8085") URI learner,
        @DefaultValue("") String brokers,
        @DefaultValue("policy-server") Path directory,
        @DefaultValue("2s") Duration poll,
        @DefaultValue("10m") Duration fetchTimeout,
        @DefaultValue("auto") String device,
        @DefaultValue("128") int maxConcurrent,
        @DefaultValue("4") int burst,
        @DefaultValue("0") int threads) {

    FollowerProperties {
        if (!poll.isPositive() || !fetchTimeout.isPositive()) {
            throw new IllegalArgumentException("hone.policy-server.poll is " + poll + " and fetch-timeout "
                    + fetchTimeout + "; both must be above 0.");
        }
    }
}
