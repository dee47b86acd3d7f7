package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tokens of an OIDC provider.
class OidcIntegrationTests {

    private static final String RUNS = "/api/v1/runs";

    @Test
    void aTokenOfTheProviderSaysWhoAsks() throws Exception {
        TestingApi alice = new TestingApi(TestingDoor.ADDRESS, TestingDoor.PROVIDER.token(claims -> claims));
        assertThat(alice.submit(RUNS, "hone: {experiment_name: of-alice, model: {path: some/model}}")
                        .status())
                .isEqualTo(201);
        assertThat(TestingDoor.tables().queryForObject("select project from run where name = 'of-alice'", String.class))
                .isEqualTo("red");
        assertThat(TestingDoor.ADMIN.get("/api/v1/audit").text()).contains("oidc/alice");
        assertThat(alice.get("/api/v1/keys").status()).isEqualTo(403);
    }

    static Stream<String> badTokens() throws Exception {
        TestingProvider provider = TestingDoor.PROVIDER;
        List<UnaryOperator<JWTClaimsSet.Builder>> changes = List.of(
                claims -> claims.audience("elsewhere"),
                claims -> claims.audience(List.of()),
                claims -> claims.issuer("https://other.example"),
                claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300))),
                claims -> claims.expirationTime(null),
                claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(300))),
                claims -> claims.subject(null),
                claims -> claims.claim("team", null),
                claims -> claims.claim("team", List.of("red", "blue")),
                claims -> claims.claim("realm_access", Map.of("roles", List.of("admin"))),
                claims -> claims.claim("realm_access", null));
        List<String> tokens = new ArrayList<>(List.of(provider.forged(), provider.confused(), unsigned()));
        for (UnaryOperator<JWTClaimsSet.Builder> change : changes) {
            tokens.add(provider.token(change));
        }
        return tokens.stream();
    }

    private static String unsigned() throws Exception {
        String[] parts = TestingDoor.PROVIDER.token(claims -> claims).split("\\.");
        return "eyJhbGciOiJub25lIn0." + parts[1] + ".";
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void aTokenThatIsNotForHoneOpensNothing(String token) throws Exception {
        TestingApi.Answer answer = new TestingApi(TestingDoor.ADDRESS, token).get(RUNS);
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
    }
}
