package dev.hone.learner.follow;

import dev.hone.contracts.RunId;
import dev.hone.learner.publish.RunCatalog;
import java.nio.file.Path;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/// The run that is followed, and no other.
@Component
class FollowedRuns implements RunCatalog {
    private final Follower follower;
    private final FollowerProperties properties;

    FollowedRuns(Follower follower, FollowerProperties properties) {
        this.follower = follower;
        this.properties = properties;
    }

    @Override
    public Path model(RunId run) {
        return follower.followed()
                .filter(followed -> followed.target().run().equals(run))
                .map(FollowedRun::folder)
                .orElseThrow(() -> notHosted(run));
    }

    /// Whether it will ever be here only the learner knows: 503, as of weights that are on their way.
    @Override
    public ResponseStatusException notHosted(RunId run) {
        return new ResponseStatusException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The weights of run " + run + " are not here; this policy-server follows " + properties.learner()
                        + (follower.trouble().isEmpty() ? "" : " (" + follower.trouble() + ")")
                        + ". Try again, or ask the learner.");
    }
}
