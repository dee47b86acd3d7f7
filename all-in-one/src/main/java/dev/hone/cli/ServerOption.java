package dev.hone.cli;

import dev.hone.embedded.DataDirectory;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which gateway a command talks to, alike in every command that does.
final class ServerOption {

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "A gateway that runs (default: the one that runs on the data directory).")
    private @Nullable URI server;

    @Mixin
    private DataDirOption data = new DataDirOption();

    DataDirOption data() {
        return data;
    }

    /// The gateway that was named, or that runs on the data directory; empty if there is neither.
    ///
    /// @throws UserErrorException if what was named is no address
    Optional<GatewayClient> running() {
        return Optional.ofNullable(server)
                .map(ServerOption::named)
                .or(() -> DataDirectory.gateway(data.folder())
                        .map(own -> new GatewayClient(own, ClientKey.of(data.folder()))));
    }

    /// A gateway that was named, with the key of the environment.
    ///
    /// @throws UserErrorException if it is no address
    static GatewayClient named(URI named) {
        return new GatewayClient(address(named), ClientKey.given(System.getenv()));
    }

    private static URI address(URI named) {
        if (!("http".equals(named.getScheme()) || "https".equals(named.getScheme()))) {
            throw new UserErrorException("--server is " + named + "; give an address such as http://127.0.0.1:8080.");
        }
        return named;
    }

    /// The gateway that was named, or that runs on the data directory.
    ///
    /// @throws NoGatewayException if there is neither
    GatewayClient gateway() {
        return running()
                .orElseThrow(() -> new NoGatewayException("No gateway runs on " + data.folder()
                        + ". Start one by ./hone serve all"
                        + (data.standard() ? "" : " --data-dir " + data.folder())
                        + ", or name one that runs elsewhere with --server URL."));
    }
}
