package dev.hone.launcher;

import dev.hone.embedded.DataDirectory;
import dev.hone.embedded.FreePort;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/// Hone in one process: services, each in its own application context and with its own database, over one broker and
/// one
/// database server that live in the data directory.
public final class Platform implements AutoCloseable {

    private final DataDirectory data;
    private final @Nullable Infrastructure infrastructure;
    private final Map<Service, URI> addresses;
    private final List<ConfigurableApplicationContext> contexts;

    private Platform(
            DataDirectory data,
            @Nullable Infrastructure infrastructure,
            Map<Service, URI> addresses,
            List<ConfigurableApplicationContext> contexts) {
        this.data = data;
        this.infrastructure = infrastructure;
        this.addresses = addresses;
        this.contexts = contexts;
    }

    /// Starts services.
    ///
    /// @param folder the data directory
    /// @param services which; the embedded infrastructure starts if one of them needs it
    /// @param ports wanted ports; a service without one gets a free one
    /// @param progress told what happens, a line at a time
    /// @throws DataDirectory.OccupiedException if another process has the directory
    public static Platform start(
            Path folder, Set<Service> services, Map<Service, Integer> ports, Consumer<String> progress) {
        DataDirectory data = DataDirectory.open(folder);
        Infrastructure infrastructure = null;
        List<ConfigurableApplicationContext> contexts = new ArrayList<>();
        try {
            Map<Service, URI> addresses = new EnumMap<>(Service.class);
            for (Service service : Service.values()) {
                int port = ports.containsKey(service) ? ports.get(service) : FreePort.next();
                addresses.put(service, URI.create("http://127.0.0.1:" + port));
            }
            if (services.stream().anyMatch(Service::stateful)) {
                progress.accept("Starting Kafka and PostgreSQL in " + data.path());
                infrastructure = Infrastructure.start(data.path());
            }
            List<Starting> starting = new ArrayList<>();
            for (Service service : Service.values()) {
                if (services.contains(service)) {
                    starting.add(new Starting(service, settings(service, data.path(), infrastructure, addresses)));
                }
            }
            startAll(starting, contexts, progress);
            return new Platform(data, infrastructure, addresses, contexts);
        } catch (RuntimeException e) {
            closeAll(contexts);
            if (infrastructure != null) {
                infrastructure.close();
            }
            data.close();
            throw e;
        }
    }

    private record Starting(Service service, Map<String, String> settings) {}

    /// The first alone, which sets up what all share (logging, for one); then the others, two at a time.
    ///
    /// @param contexts gains those that have started, also if another fails
    private static void startAll(
            List<Starting> all, List<ConfigurableApplicationContext> contexts, Consumer<String> progress) {
        List<CompletableFuture<ConfigurableApplicationContext>> others = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Starting one : all) {
                if (one == all.getFirst()) {
                    contexts.add(start(one, progress));
                } else {
                    others.add(CompletableFuture.supplyAsync(() -> start(one, progress), threads));
                }
            }
        }
        others.stream().filter(one -> !one.isCompletedExceptionally()).forEach(one -> contexts.add(one.join()));
        others.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .findFirst()
                .ifPresent(Platform::fail);
    }

    /// Throws what kept a service from starting.
    private static void fail(CompletableFuture<?> failed) {
        if (failed.exceptionNow() instanceof RuntimeException cause) {
            throw cause;
        }
        throw new IllegalStateException("A service did not start", failed.exceptionNow());
    }

    /// Settings as command-line arguments, which are stronger than a service's own file.
    private static Map<String, String> settings(
            Service service, Path folder, @Nullable Infrastructure infrastructure, Map<Service, URI> addresses) {
        Map<String, String> settings = new LinkedHashMap<>();
        addresses.forEach((other, address) -> settings.put(other.urlProperty(), address.toString()));
        settings.put("PORT", Integer.toString(address(addresses, service).getPort()));
        settings.put("HONE_DATA", folder.toString());
        settings.put("HONE_RUNS_DIR", folder.resolve("runs").toString());
        if (service.stateful() && infrastructure != null) {
            settings.put("KAFKA_BROKERS", infrastructure.kafka().brokers());
            settings.put("DB_PASSWORD", infrastructure.postgres().password());
            settings.put(service.databaseProperty(), infrastructure.postgres().url(service.database()));
        }
        settings.put("springdoc.api-docs.enabled", Boolean.toString(service == Service.GATEWAY));
        settings.put("springdoc.swagger-ui.enabled", Boolean.toString(service == Service.GATEWAY));
        settings.put("spring.main.banner-mode", "off");
        settings.put("spring.jmx.enabled", "false");
        settings.put("server.shutdown", "immediate");
        return settings;
    }

    private static ConfigurableApplicationContext start(Starting one, Consumer<String> progress) {
        progress.accept("Starting " + one.service().module());
        String[] arguments = one.settings().entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return one.service().builder().registerShutdownHook(false).run(arguments);
    }

    /// Where a service listens.
    public URI address(Service service) {
        return address(addresses, service);
    }

    private static URI address(Map<Service, URI> addresses, Service service) {
        URI address = addresses.get(service);
        if (address == null) {
            throw new IllegalArgumentException(service + " has no address");
        }
        return address;
    }

    private static void closeAll(List<ConfigurableApplicationContext> contexts) {
        contexts.reversed().forEach(ConfigurableApplicationContext::close);
    }

    @Override
    public void close() {
        closeAll(contexts);
        if (infrastructure != null) {
            infrastructure.close();
        }
        data.close();
    }
}
