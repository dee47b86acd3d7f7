package dev.hone.learner.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.GenerateRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

class GenerateBodyTests {
    @Test
    void readsWhatTheRolloutWrites() throws IOException {
        GenerateRequest request = GenerateBody.read(cbor(request(1, 3, 1000)));
        assertThat(request.promptIds()).containsExactly(7, 8);
        assertThat(request.minVersion()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNoCbor() {
        byte[] text = "{\"promptIds\": [1]}".getBytes(StandardCharsets.UTF_8);
        assertRefused(
                new ByteArrayInputStream(text), HttpStatus.BAD_REQUEST, "The body of 18 bytes is no GenerateRequest");
        assertRefused(
                InputStream.nullInputStream(), HttpStatus.BAD_REQUEST, "The body of 0 bytes is no GenerateRequest");
    }

    @Test
    void refusesARequestWithoutItsParts() {
        assertRefused(cbor(Map.of("maxNewTokens", 3)), HttpStatus.BAD_REQUEST, "no GenerateRequest");
        Map<String, Object> halfAnId = Map.of(
                "promptIds", new byte[6], "stopIds", List.of(), "maxNewTokens", 3, "timeoutMillis", 9, "minVersion", 0);
        assertRefused(cbor(halfAnId), HttpStatus.BAD_REQUEST, "6 bytes, which is no multiple of 4");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        assertRefused(
                new ByteArrayInputStream(new byte[(16 << 20) + 1]),
                HttpStatus.CONTENT_TOO_LARGE,
                "more than 16777216 bytes; shorten prompt_ids.");
    }

    @Test
    void refusesVersionsTimeoutsAndTemperaturesThatMeanNothing() {
        assertRefused(cbor(request(1, -1, 1000)), HttpStatus.BAD_REQUEST, "minVersion is -1; versions count from 0.");
        assertRefused(cbor(request(1, 0, 0)), HttpStatus.BAD_REQUEST, "timeoutMillis is 0; it must be at least 1.");
        assertRefused(cbor(request(1e-60, 0, 9)), HttpStatus.BAD_REQUEST, "temperature is 1.0E-60, too near to 0");
    }

    private static GenerateRequest request(double temperature, int minVersion, long timeoutMillis) {
        return new GenerateRequest(new int[] {7, 8}, 4, temperature, 1, 0, List.of(3), 1, minVersion, timeoutMillis);
    }

    private static InputStream cbor(Object value) {
        return new ByteArrayInputStream(EventCodec.cbor().writeValueAsBytes(value));
    }

    private static void assertRefused(InputStream body, HttpStatus status, String message) {
        assertThatThrownBy(() -> GenerateBody.read(body))
                .isInstanceOfSatisfying(
                        ResponseStatusException.class,
                        refusal -> assertThat(refusal.getStatusCode()).isEqualTo(status))
                .hasMessageContaining(message);
    }
}
