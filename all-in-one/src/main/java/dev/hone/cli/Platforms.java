package dev.hone.cli;

import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// Lends a running platform; tests lend one that they share.
@FunctionalInterface
interface Platforms {

    /// What is done on a platform.
    @FunctionalInterface
    interface Work {
        /// @return the exit code
        int on(Platform platform) throws Exception;
    }

    /// Does the work on a platform.
    ///
    /// @param folder its data directory
    /// @param services those that the work needs
    /// @param ports wanted ports
    int lend(Path folder, Set<Service> services, Map<Service, Integer> ports, Work work) throws Exception;

    /// Starts a platform for the work and closes it after.
    static int started(Path folder, Set<Service> services, Map<Service, Integer> ports, Work work) throws Exception {
        try (Platform platform = Platform.start(folder, services, ports, Console::progress)) {
            return work.on(platform);
        }
    }
}
