package dev.hone.task.task;

import dev.hone.contracts.run.RolloutConfig;
import java.time.Duration;

/// How long an attempt may be away.
///
/// An episode waits at rollout-service while the workers are busy with those before it. So a lease is as long as the
/// whole phase takes if every episode uses up its time limit: `episode_timeout × (⌈episodes / max_env_worker⌉ + 2)`,
/// two
/// for judging and for what fails and comes again. No episode expires for having queued. `hone.task.lease` is the
/// least.
final class Lease {

    private static final int SPARE_ROUNDS = 2;

    private Lease() {}

    static Duration length(Duration least, RolloutConfig rollout, int episodesInPhase) {
        int rounds = Math.ceilDiv(episodesInPhase, rollout.maxEnvWorker()) + SPARE_ROUNDS;
        Duration longest = Duration.ofMillis((long) (rollout.episodeTimeout() * 1000 * rounds));
        return longest.compareTo(least) > 0 ? longest : least;
    }
}
