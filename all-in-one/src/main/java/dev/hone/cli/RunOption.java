package dev.hone.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// The run that a command looks at, and the gateway that knows it.
final class RunOption {

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "A run's name (default: the newest).")
    private @Nullable String run;

    @Mixin
    private ServerOption server = new ServerOption();

    GatewayClient gateway() {
        return server.gateway();
    }

    /// The name that was given, or the newest run's.
    ///
    /// @throws UserErrorException if none was given and there is none
    String name(GatewayClient gateway) {
        if (run != null) {
            return run;
        }
        List<JsonNode> newest = gateway.newestRuns(null, 1);
        if (newest.isEmpty()) {
            throw new UserErrorException("There is no run yet. Begin one by ./hone train --conf FILE.");
        }
        return newest.getFirst().path("run").asString();
    }
}
