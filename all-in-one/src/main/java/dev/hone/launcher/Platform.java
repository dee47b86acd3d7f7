package dev.hone.launcher;

import dev.hone.calls.ServiceSecret;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// Hone in one process: services, each in its own application context and with its own database, over one broker and
/// one
/// database server that live in the data directory.
public final class Platform implements AutoCloseable {

    private final DataDirectory data;
    private final @Nullable Infrastructure infrastructure;
    private final ServiceSecret secret;
    private final Map<Service, URI> addresses;
    private final List<ConfigurableApplicationContext> contexts;

    private Platform(
            DataDirectory data,
            @Nullable Infrastructure infrastructure,
            ServiceSecret secret,
            Map<Service, URI> addresses,
            List<ConfigurableApplicationContext> contexts) {
        this.data = data;
        this.infrastructure = infrastructure;
        this.secret = secret;
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
        PreparedContexts.chooseIn(System.getenv(), services);
        Map<Service, URI> addresses = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            int port = ports.containsKey(service) ? ports.get(service) : FreePort.next();
            addresses.put(service, URI.create("http://127.0.0.1:" + port));
        }
        List<Service> stateful =
                services.stream().filter(Service::stateful).sorted().toList();
        List<Service> stateless = services.stream()
                .filter(service -> !service.stateful())
                .sorted()
                .toList();
        CompletableFuture<@Nullable Infrastructure> infrastructure = CompletableFuture.completedFuture(null);
        List<ConfigurableApplicationContext> contexts = new ArrayList<>();
        try {
            ServiceSecret secret = LocalSecret.of(System.getenv(), data.path());
            if (!stateful.isEmpty()) {
                progress.accept("Starting Kafka and PostgreSQL in " + data.path());
                infrastructure = CompletableFuture.supplyAsync(() -> Infrastructure.start(data.path()));
            }
            for (Service service : stateless) {
                contexts.add(start(service, settings(service, data.path(), null, addresses), progress));
            }
            Infrastructure running = value(infrastructure);
            startTogether(
                    stateful,
                    service -> start(service, settings(service, data.path(), running, addresses), progress),
                    contexts);
            SharedClassReader.INSTANCE.clear();
            ScrapeTargets.write(data.path(), running(services, addresses));
            if (services.contains(Service.GATEWAY)) {
                data.announce(address(addresses, Service.GATEWAY));
            }
            return new Platform(data, running, secret, addresses, contexts);
        } catch (RuntimeException e) {
            closeAll(contexts);
            infrastructure
                    .handle((running, failure) -> running)
                    .thenAccept(running -> {
                        if (running != null) {
                            running.close();
                        }
                    })
                    .join();
            data.close();
            throw e;
        }
    }

    private static Map<String, URI> running(Set<Service> services, Map<Service, URI> addresses) {
        Map<String, URI> running = new TreeMap<>();
        services.forEach(service -> running.put(service.module(), address(addresses, service)));
        return running;
    }

    /// Starts services two at a time, after the first of all, which sets up what all share (logging, for one).
    ///
    /// @param contexts gains those that have started, also if another fails
    private static void startTogether(
            List<Service> services,
            Function<Service, ConfigurableApplicationContext> start,
            List<ConfigurableApplicationContext> contexts) {
        List<CompletableFuture<ConfigurableApplicationContext>> starting = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Service service : services) {
                if (contexts.isEmpty()) {
                    contexts.add(start.apply(service));
                } else {
                    starting.add(CompletableFuture.supplyAsync(() -> start.apply(service), threads));
                }
            }
        }
        starting.stream().filter(one -> !one.isCompletedExceptionally()).forEach(one -> contexts.add(one.join()));
        starting.forEach(Platform::value);
    }

    /// The result, or the exception that was thrown instead of it.
    private static <T extends @Nullable Object> T value(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /// Settings as command-line arguments, which are stronger than a service's own file.
    private static Map<String, String> settings(
            Service service, Path folder, @Nullable Infrastructure infrastructure, Map<Service, URI> addresses) {
        Map<String, String> settings = new LinkedHashMap<>();
        addresses.forEach((other, address) -> settings.put(other.urlProperty(), address.toString()));
        settings.put("PORT", Integer.toString(address(addresses, service).getPort()));
        settings.put("HONE_DATA", folder.toString());
        settings.putAll(LocalSecret.settings(System.getenv(), folder));
        settings.put("HONE_RUNS_DIR", folder.resolve("runs").toString());
        if (service.stateful() && infrastructure != null) {
            settings.put("KAFKA_BROKERS", infrastructure.kafka().brokers());
            settings.put("DB_PASSWORD", infrastructure.postgres().password());
            settings.put(service.databaseProperty(), infrastructure.postgres().url(service.database()));
        }
        settings.put("springdoc.api-docs.enabled", Boolean.toString(service == Service.GATEWAY));
        settings.put("springdoc.swagger-ui.enabled", Boolean.toString(service == Service.GATEWAY));
        // The class path is one for all: the pages are the gateway's alone.
        settings.put("spring.web.resources.add-mappings", Boolean.toString(service == Service.GATEWAY));
        settings.put("spring.thymeleaf.enabled", Boolean.toString(service == Service.GATEWAY));
        settings.put("spring.main.banner-mode", "off");
        settings.put("spring.jmx.enabled", "false");
        // Every test of a service checks queries and tables; here they are looked at when they are first needed.
        settings.put("spring.data.jpa.repositories.bootstrap-mode", "lazy");
        settings.put("spring.jpa.hibernate.ddl-auto", "none");
        settings.put("server.shutdown", "immediate");
        return settings;
    }

    /// The settings of a service of a platform that is not there: what conditions ask for is all set.
    static Map<String, String> settingsToPrepare(Service service, Path folder) {
        Map<String, String> settings = settings(
                service,
                folder,
                null,
                Stream.of(Service.values())
                        .collect(Collectors.toMap(Function.identity(), one -> URI.create("http://127.0.0.1:1"))));
        settings.put("KAFKA_BROKERS", "127.0.0.1:1");
        settings.put("DB_PASSWORD", "none");
        return settings;
    }

    private static ConfigurableApplicationContext start(
            Service service, Map<String, String> settings, Consumer<String> progress) {
        progress.accept("Starting " + service.module());
        SpringApplicationBuilder builder =
                service.builder().initializers(SharedClassReader.INSTANCE).registerShutdownHook(false);
        PreparedContexts.use(service, builder);
        return builder.run(arguments(settings));
    }

    static String[] arguments(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
    }

    /// What its services show each other.
    public ServiceSecret secret() {
        return secret;
    }

    /// The application context of a service that runs here.
    public ApplicationContext context(Service service) {
        return contexts.stream()
                .filter(context ->
                        service.module().equals(context.getEnvironment().getProperty("spring.application.name")))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(service.module() + " does not run here"));
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
