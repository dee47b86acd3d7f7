package dev.hone.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ServiceDoorTests {

    private static final String VALUE = "0123456789abcdef0123456789abcdef";
    private static final ServiceSecret SECRET = ServiceSecret.of(VALUE, "");
    private static final OwnKeys KEYS = new OwnKeys(List.of("/v1/"));

    private static MockHttpServletResponse ask(ServiceDoor door, String sent, String served, String shown)
            throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", sent);
        request.setServletPath(served);
        if (!shown.isEmpty()) {
            request.addHeader(ServiceSecret.HEADER, shown);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        MockFilterChain chain = new MockFilterChain();
        door.doFilter(request, response, chain);
        assertThat(chain.getRequest() == null).isEqualTo(response.getStatus() == 401);
        return response;
    }

    private static ServiceDoor door() {
        return new ServiceDoor(SECRET, KEYS, "task-service", "0.0.0.0");
    }

    @Test
    void letsInWhoShowsTheSecret() throws Exception {
        assertThat(ask(door(), "/api/v1/plan", "/api/v1/plan", VALUE).getStatus())
                .isEqualTo(200);
    }

    @Test
    void refusesOthersAndSaysWhatToDoButNotTheSecret() throws Exception {
        assertThat(ask(door(), "/api/v1/plan", "/api/v1/plan", "").getStatus()).isEqualTo(401);
        MockHttpServletResponse refusal = ask(door(), "/api/v1/plan", "/api/v1/plan", VALUE.replace('0', '1'));
        assertThat(refusal.getStatus()).isEqualTo(401);
        assertThat(refusal.getContentAsString())
                .contains("Not a service of this installation", "HONE_SERVICE_SECRET")
                .doesNotContain(VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/actuator/health", "/actuator/health/readiness", "/actuator/prometheus", "/v1/chat/completions"
            })
    void probesFiguresAndWhatHasItsOwnKeysAreOpen(String path) throws Exception {
        assertThat(ask(door(), path, path, "").getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/actuator", "/actuator/info", "/actuator/env", "/actuator/healthy", "/v1", "/v10", "/error"})
    void whatOnlyLooksLikeThemIsNot(String path) throws Exception {
        assertThat(ask(door(), path, path, "").getStatus()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/../api/plan", "/v1/..;/api/plan", "/v1/%2e%2e/api/plan", "/v1//../../api/plan"})
    void noDetourLeadsThroughAnOpenPath(String sent) throws Exception {
        assertThat(ask(door(), sent, "/api/plan", "").getStatus()).isEqualTo(401);
    }

    @Test
    void withoutASecretAServiceListensOnItsOwnMachineAlone() throws Exception {
        for (String own : List.of("127.0.0.1", "::1", "localhost")) {
            ServiceDoor door = new ServiceDoor(ServiceSecret.NONE, KEYS, "task-service", own);
            assertThat(ask(door, "/api/plan", "/api/plan", "").getStatus()).isEqualTo(200);
        }
        for (String bind : List.of("0.0.0.0", "", "::", "192.0.2.7")) {
            assertThatThrownBy(() -> new ServiceDoor(ServiceSecret.NONE, KEYS, "task-service", bind))
                    .hasMessageContaining("task-service listens on")
                    .hasMessageContaining("Set HONE_SERVICE_SECRET or HONE_SERVICE_SECRET_FILE");
            assertThatCode(() -> new ServiceDoor(SECRET, KEYS, "task-service", bind))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aStartThatIsRefusedEndsInASentenceNotInATrace() {
        FailureAnalysis said = new ServiceSecretFailureAnalyzer()
                .analyze(new IllegalStateException(
                        "bean", new ServiceSecretException("task-service has no secret.", "Set one.")));
        assertThat(said.getDescription()).isEqualTo("task-service has no secret. Set one.");
        assertThat(said.getAction()).isEqualTo("Set one.");
    }
}
