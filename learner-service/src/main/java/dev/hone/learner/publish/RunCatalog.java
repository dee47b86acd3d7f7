package dev.hone.learner.publish;

import dev.hone.contracts.RunId;
import java.nio.file.Path;
import org.springframework.web.server.ResponseStatusException;

/// What this process knows of runs: a learner from its table, a policy-server from the learner.
public interface RunCatalog {

    /// The folder of the run's model.
    ///
    /// @throws ResponseStatusException 404 if there is no such run here
    Path model(RunId run);

    /// Why the run's weights do not generate here: 404 if they never will, 503 if they may soon.
    ResponseStatusException notHosted(RunId run);
}
