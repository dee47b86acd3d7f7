package dev.hone.gateway;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// One gateway for all tests of this JVM that is reached by others: everybody has to log in. It ends with the JVM.
public final class TestingDoor {

    static final TestingServices SERVICES = new TestingServices();

    /// An OIDC provider whose tokens it takes.
    static final TestingProvider PROVIDER = new TestingProvider();

    static final Path DATA = folder();
    static final String METRICS_KEY = "hone_" + "5a".repeat(32);
    private static final ConfigurableApplicationContext CONTEXT = TestingGateway.another(
            "door",
            SERVICES,
            "--HONE_BIND=0.0.0.0",
            "--HONE_DATA=" + DATA,
            "--HONE_RUNS_DIR=" + DATA.resolve("runs"),
            "--HONE_METRICS_KEY=" + METRICS_KEY,
            "--HONE_OIDC_ISSUER=" + PROVIDER.issuer(),
            "--HONE_OIDC_AUDIENCE=hone",
            "--HONE_OIDC_ROLE_CLAIM=realm_access.roles",
            "--HONE_OIDC_PROJECT_CLAIM=team",
            "--HONE_OIDC_ROLES=ml-readers=viewer,ml-engineers=operator");

    static final String ADDRESS = TestingGateway.address(CONTEXT);

    /// Without a key.
    static final TestingApi NOBODY = new TestingApi(ADDRESS);

    /// With the first key, which the gateway wrote to a file.
    static final TestingApi ADMIN = new TestingApi(ADDRESS, firstKey());

    private TestingDoor() {}

    private static Path folder() {
        try {
            return Files.createTempDirectory("door");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstKey() {
        try {
            return Files.readString(DATA.resolve("admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JdbcTemplate tables() {
        return CONTEXT.getBean(JdbcTemplate.class);
    }

    static String port() {
        return Integer.toString(URI.create(ADDRESS).getPort());
    }

    /// What the gateway answers to who asks for a key.
    static TestingApi.Answer make(TestingApi by, Map<String, Object> key) throws Exception {
        return by.post("/api/v1/keys", EventCodec.json().writeValueAsString(key));
    }

    /// A fresh key's secret.
    static String key(String name, String project, String role) throws Exception {
        TestingApi.Answer answer = make(ADMIN, Map.of("name", name, "project", project, "role", role));
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.text());
        }
        return answer.json().path("secret").asString();
    }

    /// Somebody with a fresh key.
    static TestingApi with(String name, String project, String role) throws Exception {
        return new TestingApi(ADDRESS, key(name, project, role));
    }

    /// Method and path of every page.
    static List<String> pages() {
        return CONTEXT
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue().getBeanType().getPackageName().endsWith(".page"))
                .flatMap(entry -> entry.getKey().getPathPatternsCondition().getPatternValues().stream()
                        .flatMap(path -> entry.getKey().getMethodsCondition().getMethods().stream()
                                .map(method -> method + " " + path)))
                .sorted()
                .toList();
    }
}
