package dev.hone.cli;

import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.springframework.util.FileSystemUtils;

/// One platform for all tests of this JVM, with everything real; started when first asked for.
final class TestingPlatform {

    private TestingPlatform() {}

    private static final class Running {
        static final Path FOLDER =
                Path.of("target", "platform-" + ProcessHandle.current().pid()).toAbsolutePath();
        static final Platform PLATFORM = Platform.start(FOLDER, EnumSet.allOf(Service.class), Map.of(), line -> {});

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(Running::end));
        }

        private static void end() {
            PLATFORM.close();
            try {
                FileSystemUtils.deleteRecursively(FOLDER);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Its data directory.
    static Path folder() {
        return Running.FOLDER;
    }

    static GatewayClient gateway() {
        return new GatewayClient(Running.PLATFORM.address(Service.GATEWAY));
    }

    /// Lends it to a command, whatever data directory that asks for.
    static int lend(Path folder, Set<Service> services, Map<Service, Integer> ports, Platforms.Work work)
            throws Exception {
        return work.on(Running.PLATFORM);
    }
}
