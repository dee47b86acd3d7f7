package dev.hone.cli;

import dev.hone.calls.ServiceSecret;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import dev.hone.tracing.TestingCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.FileSystemUtils;

/// One platform for all tests of this JVM, with everything real; started when first asked for.
final class TestingPlatform {

    private static final Path FOLDER =
            Path.of("target", "platform-" + ProcessHandle.current().pid()).toAbsolutePath();

    private static final TestingCollector COLLECTOR = TestingCollector.start();

    private static @Nullable Platform running;

    private TestingPlatform() {}

    /// Its data directory.
    static Path folder() {
        platform();
        return FOLDER;
    }

    static GatewayClient gateway() {
        return new GatewayClient(platform().address(Service.GATEWAY));
    }

    static URI address(Service service) {
        return platform().address(service);
    }

    /// The application context of a service.
    static ApplicationContext context(Service service) {
        return platform().context(service);
    }

    /// What its services show each other.
    static ServiceSecret secret() {
        return platform().secret();
    }

    /// What it traces.
    static TestingCollector collector() {
        platform();
        return COLLECTOR;
    }

    /// Lends it to a command, whatever data directory that asks for.
    static int lend(Path folder, Set<Service> services, Map<Service, Integer> ports, Platforms.Work work)
            throws Exception {
        return work.on(platform());
    }

    /// Not started by a static initialiser: services start on several threads, which would wait for its class for ever.
    private static synchronized Platform platform() {
        Platform platform = running;
        if (platform == null) {
            // Services read it as a setting of theirs.
            System.setProperty("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR.endpoint());
            platform = Platform.start(FOLDER, EnumSet.allOf(Service.class), Map.of(), line -> {});
            running = platform;
            Runtime.getRuntime().addShutdownHook(new Thread(TestingPlatform::end));
        }
        return platform;
    }

    private static synchronized void end() {
        if (running != null) {
            running.close();
        }
        try {
            FileSystemUtils.deleteRecursively(FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
