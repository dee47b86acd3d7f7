package dev.hone.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

class PermissionsTests {

    private static boolean may(String method, String path, String project, Role role) {
        Authentication token = new CallerToken(new Caller("key/a", project, role), "a", null);
        AuthorizationResult result = new Permissions()
                .authorize(() -> token, new RequestAuthorizationContext(new MockHttpServletRequest(method, path)));
        return result.isGranted();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/runs, VIEWER",
        "GET, /api/v1/runs/a/events, VIEWER",
        "GET, /api/v1/models/a/1/download, VIEWER",
        "HEAD, /api/v1/models, VIEWER",
        "GET, /, VIEWER",
        "GET, /runs/a, VIEWER",
        "GET, /compare/curves, VIEWER",
        "POST, /api/v1/runs, OPERATOR",
        "POST, /api/v1/runs/a/cancel, OPERATOR",
        "DELETE, /api/v1/runs/a, OPERATOR",
        "POST, /runs/a/pause, OPERATOR",
        "POST, /submit, OPERATOR",
        "GET, /api/v1/keys, ADMIN",
        "POST, /api/v1/keys, ADMIN",
        "POST, /api/v1/keys/a/revoke, ADMIN",
        "GET, /api/v1/audit, ADMIN",
        "GET, /v3/api-docs, METRICS"
    })
    void eachRequestTakesARole(String method, String path, Role least) {
        for (Role role : Role.values()) {
            assertThat(may(method, path, "red", role)).as(role.label()).isEqualTo(role.includes(least));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /actuator, METRICS",
        "GET, /actuator/prometheus, METRICS",
        "GET, /actuator/health, METRICS",
        "POST, /actuator/loggers/dev, ADMIN",
        "GET, /api/v1/dead-letters, VIEWER",
        "POST, /api/v1/dead-letters/t/replay, OPERATOR",
        "DELETE, /api/v1/audit, ADMIN",
        "GET, /api/v1/something-new, ADMIN",
        "GET, /error, ADMIN"
    })
    void whatIsOfAllProjectsTakesWhoSeesAll(String method, String path, Role least) {
        for (Role role : Role.values()) {
            assertThat(may(method, path, "red", role)).as(role.label()).isFalse();
            assertThat(may(method, path, Caller.EVERY, role)).as(role.label()).isEqualTo(role.includes(least));
        }
    }
}
