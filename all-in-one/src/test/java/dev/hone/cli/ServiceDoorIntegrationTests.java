package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.calls.ServiceSecret;
import dev.hone.embedded.FreePort;
import dev.hone.launcher.Service;
import dev.hone.learner.follow.PolicyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/// Every address of every service but the gateway, as the running service itself lists them, without the secret that
/// services share and with another.
class ServiceDoorIntegrationTests {

    private static final String WRONG = "f".repeat(48);

    /// What is open to anybody.
    private static final Pattern OPEN = Pattern.compile("/actuator/(health(/.*)?|prometheus)");

    /// What asks for an episode's key.
    private static final Pattern OWN_KEY = Pattern.compile("(/v1|/api/v1/episodes)/.*");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private record Door(String method, String path) {}

    private static Set<Door> doors(ApplicationContext context) {
        Set<Door> doors =
                new TreeSet<>(java.util.Comparator.comparing(Door::path).thenComparing(Door::method));
        context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().stream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .forEach(info -> info.getPatternValues().stream()
                        .flatMap(pattern -> methods(info).map(method -> new Door(method, concrete(pattern))))
                        .forEach(doors::add));
        return doors;
    }

    private static Stream<String> methods(RequestMappingInfo info) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        return methods.isEmpty() ? Stream.of("GET", "POST") : methods.stream().map(RequestMethod::name);
    }

    /// An address that the pattern matches.
    private static String concrete(String pattern) {
        return pattern.replace("**", "x").replaceAll("\\{\\*?[^}]+}", "0");
    }

    private static int status(URI service, Door door, List<String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(door.path()))
                .method(door.method(), HttpRequest.BodyPublishers.ofString("{}"))
                .header("Content-Type", "application/json");
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static List<String> signed() {
        List<String> headers = new java.util.ArrayList<>();
        TestingPlatform.secret().sign((name, value) -> headers.addAll(List.of(name, value)));
        return headers;
    }

    private static void refusesWhoShowsNoSecret(URI service, ApplicationContext context) throws Exception {
        Set<Door> doors = doors(context);
        assertThat(doors).hasSizeGreaterThan(3);
        for (Door door : doors) {
            for (List<String> shown : List.of(List.<String>of(), List.of(ServiceSecret.HEADER, WRONG))) {
                int status = status(service, door, shown);
                if (OPEN.matcher(door.path()).matches()) {
                    assertThat(status).as("%s with %s", door, shown).isNotEqualTo(401);
                } else {
                    assertThat(status).as("%s with %s", door, shown).isEqualTo(401);
                }
            }
            if (OWN_KEY.matcher(door.path()).matches()) {
                assertThat(status(service, door, signed()))
                        .as("%s with the secret, which is no episode's key", door)
                        .isEqualTo(401);
            }
        }
        assertThat(status(service, new Door("GET", "/api/v1/nothing"), List.of()))
                .isEqualTo(401);
        assertThat(status(service, new Door("GET", "/api/v1/nothing"), signed()))
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(names = "GATEWAY", mode = EnumSource.Mode.EXCLUDE)
    void everyAddressOfAServiceAsksForTheSecret(Service service) throws Exception {
        refusesWhoShowsNoSecret(TestingPlatform.address(service), TestingPlatform.context(service));
    }

    @Test
    void aPolicyServerShowsTheSecretAndAsksForIt() throws Exception {
        int port = FreePort.next();
        try (ConfigurableApplicationContext server = PolicyServer.builder()
                .registerShutdownHook(false)
                .run(
                        "--PORT=" + port,
                        "--LEARNER_URL=" + TestingPlatform.address(Service.LEARNER),
                        "--KAFKA_BROKERS=",
                        "--HONE_SERVICE_SECRET_FILE=" + TestingPlatform.folder().resolve("service-secret"),
                        "--hone.policy-server.directory=" + folder)) {
            refusesWhoShowsNoSecret(URI.create("http://127.0.0.1:" + port), server);
        }
    }

    @Test
    void aServiceThatOthersReachDoesNotStartWithoutASecret() {
        assertThatThrownBy(() -> PolicyServer.builder()
                        .registerShutdownHook(false)
                        .run(
                                "--PORT=0",
                                "--HONE_BIND=0.0.0.0",
                                "--KAFKA_BROKERS=",
                                "--hone.policy-server.directory=" + folder)
                        .close())
                .rootCause()
                .hasMessageContaining("listens on 0.0.0.0")
                .hasMessageContaining("Set HONE_SERVICE_SECRET or HONE_SERVICE_SECRET_FILE");
    }

    @Test
    void theSecretOfAProcessIsItsUsersAlone() throws IOException {
        Path file = TestingPlatform.folder().resolve("service-secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file).strip()).matches("[0-9a-f]{48}");
    }
}
