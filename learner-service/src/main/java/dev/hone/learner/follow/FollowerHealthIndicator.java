package dev.hone.learner.follow;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Which weights generate here, and what keeps newer ones away. Up all the same: what is here answers, and who asks
/// for more is told.
@Component
class FollowerHealthIndicator implements HealthIndicator {
    private final Follower follower;

    FollowerHealthIndicator(Follower follower) {
        this.follower = follower;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        follower.followed()
                .map(FollowedRun::target)
                .ifPresent(target -> health.withDetail("run", target.run().value())
                        .withDetail("version", target.version())
                        .withDetail("checksum", target.checksum()));
        if (!follower.trouble().isEmpty()) {
            health.withDetail("trouble", follower.trouble());
        }
        return health.build();
    }
}
