package dev.hone.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class DoorTests {

    private static final Door OPEN = Door.of("", "127.0.0.1", List.of("hone.example"));

    private static MockHttpServletRequest request(String method, String host) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/v1/runs");
        request.setLocalAddr("127.0.0.1");
        request.setRemoteAddr("127.0.0.1");
        request.addHeader("Host", host);
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.0.0.53"})
    void whoIsOnTheMachineNeedsNoKey(String bind) {
        assertThat(Door.of("", bind, List.of()).keyNeeded(request("POST", "127.0.0.1:8080")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "'', 0.0.0.0",
        "'', '::'",
        "'', 10.0.0.1",
        "'', nowhere.invalid",
        "'  ', 0.0.0.0",
        "required, 127.0.0.1",
        "required, 0.0.0.0",
        "' required ', localhost"
    })
    void whereverOthersReachItEverybodyNeedsAKey(String auth, String bind) {
        Door door = Door.of(auth, bind, List.of("127.0.0.1"));
        assertThat(door.shut()).isTrue();
        assertThat(door.keyNeeded(request("GET", "127.0.0.1"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "none", "false", "REQUIRED", "require"})
    void aWordThatIsNotKnownOpensNothing(String auth) {
        assertThatThrownBy(() -> Door.of(auth, "127.0.0.1", List.of()))
                .hasMessageContaining("HONE_AUTH is '" + auth + "'; set it to 'required'");
    }

    @Test
    void aRequestThatArrivesFromElsewhereNeedsAKeyWhateverWasConfigured() {
        MockHttpServletRequest arrived = request("GET", "127.0.0.1");
        arrived.setLocalAddr("10.0.0.1");
        assertThat(OPEN.keyNeeded(arrived)).isPresent();
        MockHttpServletRequest sent = request("GET", "127.0.0.1");
        sent.setRemoteAddr("10.0.0.2");
        assertThat(OPEN.keyNeeded(sent)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Real-IP"})
    void whatAProxyHandsOnNeedsAKey(String header) {
        MockHttpServletRequest request = request("GET", "127.0.0.1");
        request.addHeader(header, "127.0.0.1");
        assertThat(OPEN.keyNeeded(request))
                .hasValueSatisfying(why -> assertThat(why).contains("proxy"));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, true",
        "localhost, true",
        "LOCALHOST:1, true",
        "'[::1]:8080', true",
        "hone.example, true",
        "evil.example, false",
        "127.0.0.1.evil.example, false",
        "localhost.evil.example:8080, false",
        "0.0.0.0, false",
        "'', false"
    })
    void whoAsksUnderAnothersNameNeedsAKey(String host, boolean own) {
        assertThat(OPEN.keyNeeded(request("GET", host)).isEmpty()).isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://127.0.0.1:8080, true",
        "Origin, http://127.0.0.1:9999, false",
        "Origin, https://evil.example, false",
        "Origin, null, false",
        "Origin, '%', false",
        "Sec-Fetch-Site, same-origin, true",
        "Sec-Fetch-Site, none, true",
        "Sec-Fetch-Site, same-site, false",
        "Sec-Fetch-Site, cross-site, false"
    })
    void anotherSitesPageChangesNothing(String header, String value, boolean own) {
        MockHttpServletRequest post = request("POST", "127.0.0.1:8080");
        post.addHeader(header, value);
        assertThat(OPEN.keyNeeded(post).isEmpty()).isEqualTo(own);
    }
}
