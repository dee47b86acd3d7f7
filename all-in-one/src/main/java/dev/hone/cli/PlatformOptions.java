package dev.hone.cli;

import dev.hone.launcher.Service;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Where a command that starts services keeps everything, and where these listen.
final class PlatformOptions {

    private static final int HIGHEST_PORT = 65535;

    @Mixin
    private DataDirOption data = new DataDirOption();

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on (default: a free one).")
    private @Nullable Integer port;

    Path folder() {
        return data.folder();
    }

    /// The wanted port; empty: a free one.
    ///
    /// @throws UserErrorException if it is none
    OptionalInt port() {
        if (port != null && (port < 1 || port > HIGHEST_PORT)) {
            throw new UserErrorException(
                    "--port is " + port + "; give one from 1 to " + HIGHEST_PORT + ", or none for a free one.");
        }
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /// The wanted port, as that of a service.
    ///
    /// @throws UserErrorException if it is none
    Map<Service, Integer> ports(Service door) {
        return port().isEmpty() ? Map.of() : Map.of(door, port().getAsInt());
    }
}
