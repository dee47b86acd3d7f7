package dev.hone.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OidcTokensTests {

    private static OidcProperties properties(String issuer, String audience, String... roles) {
        return new OidcProperties(issuer, audience, "role", "project", "sub", List.of(roles));
    }

    @Test
    void withoutAnIssuerThereAreNoTokens() {
        assertThat(OidcTokens.of(properties("", ""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://login.example, '', '', HONE_OIDC_AUDIENCE is not",
        "http://login.example, hone, '', Name an https address",
        "https://login.example, hone, readers=king, with a role of [metrics",
        "https://login.example, hone, readers, write WORD=ROLE"
    })
    void settingsThatWouldTakeTheWrongTokensAreRefused(String issuer, String audience, String roles, String why) {
        OidcProperties properties =
                roles.isEmpty() ? properties(issuer, audience) : properties(issuer, audience, roles);
        assertThatThrownBy(() -> OidcTokens.of(properties)).hasMessageContaining(why);
    }

    @Test
    void theProviderIsNotAskedBeforeATokenComes() {
        assertThat(OidcTokens.of(properties("https://login.invalid", "hone", "readers=viewer")))
                .isPresent();
    }
}
