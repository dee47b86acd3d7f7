package dev.hone.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceSecretTests {

    private static final String VALUE = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void comesFromTheEnvironmentOrAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), VALUE + "\n");
        assertThat(ServiceSecret.of(VALUE, "").shown(VALUE)).isTrue();
        assertThat(ServiceSecret.of("", file.toString()).shown(VALUE)).isTrue();
        assertThat(ServiceSecret.of("", "").given()).isFalse();
    }

    @Test
    void isShownInOneHeader() {
        Map<String, String> headers = new HashMap<>();
        ServiceSecret.of(VALUE, "").sign(headers::put);
        ServiceSecret.NONE.sign((name, value) -> headers.put("other", value));
        assertThat(headers).containsExactly(Map.entry("X-Hone-Service-Secret", VALUE));
    }

    @Test
    void nothingElseIsTakenForIt() {
        ServiceSecret secret = ServiceSecret.of(VALUE, "");
        assertThat(secret.shown(null)).isFalse();
        assertThat(secret.shown("")).isFalse();
        assertThat(secret.shown(VALUE + "0")).isFalse();
        assertThat(secret.shown(VALUE.substring(1))).isFalse();
        assertThat(secret.shown(VALUE.toUpperCase(java.util.Locale.ROOT))).isFalse();
        assertThat(ServiceSecret.NONE.shown("")).isFalse();
        assertThat(ServiceSecret.NONE.shown(null)).isFalse();
    }

    @Test
    void isNotInItsTextNorInWhatIsSaidOfABadOne() {
        assertThat(ServiceSecret.of(VALUE, "")).hasToString("ServiceSecret[given]");
        assertThatThrownBy(() -> ServiceSecret.of("too-short-to-guard", ""))
                .hasMessageContaining("HONE_SERVICE_SECRET gives 18 characters")
                .hasMessageContaining("at least 32")
                .hasMessageNotContaining("too-short-to-guard");
        assertThatThrownBy(() -> ServiceSecret.of(VALUE + " " + VALUE, "")).hasMessageNotContaining(VALUE);
    }

    @Test
    void twoOrAnUnreadableOneAreRefused() {
        assertThatThrownBy(() -> ServiceSecret.of(VALUE, "/some/file"))
                .hasMessage(
                        "HONE_SERVICE_SECRET and HONE_SERVICE_SECRET_FILE are both set. Leave one of the two empty.");
        assertThatThrownBy(() -> ServiceSecret.of("", "/no/such/file"))
                .hasMessageContaining("HONE_SERVICE_SECRET_FILE names /no/such/file, which cannot be read.");
    }
}
