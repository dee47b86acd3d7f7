package dev.hone.gateway.access;

import dev.hone.contracts.run.Outbound;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/// Tokens of an OIDC provider: signed by its keys, of that issuer, for this audience, not over; their claims say who
/// asks. The provider is asked for its keys when the first token comes.
final class OidcTokens {

    private final OidcProperties properties;
    private final JwtDecoder decoder;
    private final Map<String, Role> roles;

    private OidcTokens(OidcProperties properties) {
        this.properties = properties;
        this.roles = roles(properties.roles());
        this.decoder = new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder verifying =
                    NimbusJwtDecoder.withIssuerLocation(properties.issuer()).build();
            verifying.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                    JwtValidators.createDefaultWithIssuer(properties.issuer()),
                    new JwtClaimValidator<Object>(JwtClaimNames.AUD, this::isMeantForHone),
                    // A token without an end would be good for ever.
                    new JwtClaimValidator<Object>(JwtClaimNames.EXP, end -> end != null)));
            return verifying;
        });
    }

    /// Empty where no issuer is set.
    ///
    /// @throws IllegalArgumentException if the settings do not say whose tokens are taken for what
    static Optional<OidcTokens> of(OidcProperties properties) {
        if (properties.issuer().isBlank()) {
            return Optional.empty();
        }
        if (properties.audience().isBlank()) {
            throw new IllegalArgumentException("HONE_OIDC_ISSUER is set and HONE_OIDC_AUDIENCE is not: tokens for any"
                    + " other application would be taken. Set it to the audience that the provider writes for Hone.");
        }
        URI issuer = URI.create(properties.issuer());
        boolean local = issuer.getHost() != null && Outbound.onlyThisMachine(issuer.getHost());
        if (!"https".equals(issuer.getScheme()) && !local) {
            throw new IllegalArgumentException("HONE_OIDC_ISSUER is " + issuer
                    + ": its keys would come over an open connection. Name an https address.");
        }
        return Optional.of(new OidcTokens(properties));
    }

    private static Map<String, Role> roles(List<String> named) {
        Map<String, Role> roles = new HashMap<>();
        if (named.isEmpty()) {
            Arrays.stream(Role.values()).forEach(role -> roles.put(role.label(), role));
        }
        for (String pair : named) {
            int at = pair.lastIndexOf('=');
            Optional<Role> role = at < 1
                    ? Optional.empty()
                    : Role.named(pair.substring(at + 1).strip());
            roles.put(
                    pair.substring(0, Math.max(0, at)).strip(),
                    role.orElseThrow(() -> new IllegalArgumentException("HONE_OIDC_ROLES has '" + pair
                            + "'; write WORD=ROLE, by commas, with a role of "
                            + Stream.of(Role.values()).map(Role::label).toList() + ".")));
        }
        return roles;
    }

    private boolean isMeantForHone(@Nullable Object audience) {
        return audience instanceof Collection<?> several && several.contains(properties.audience());
    }

    /// @throws InvalidBearerTokenException if it is not to be trusted, or does not say who asks
    /// @throws AuthenticationServiceException if the provider does not answer
    CallerToken authenticate(String token) {
        Jwt jwt;
        try {
            jwt = decoder.decode(token);
        } catch (BadJwtException e) {
            throw new InvalidBearerTokenException("The token is not taken: " + e.getMessage(), e);
        } catch (JwtException | JwtDecoderInitializationException e) {
            throw new AuthenticationServiceException(
                    "The OIDC provider " + properties.issuer() + " does not give its keys; see that it is up.", e);
        }
        return new CallerToken(caller(jwt), null, jwt.getExpiresAt());
    }

    private Caller caller(Jwt jwt) {
        Role role = words(claim(jwt, properties.roleClaim()))
                .flatMap(word -> Stream.ofNullable(roles.get(word)))
                .max(Role::compareTo)
                .orElseThrow(() -> new InvalidBearerTokenException("The token's claim " + properties.roleClaim()
                        + " names none of the roles " + roles.keySet() + "."));
        if (!(claim(jwt, properties.projectClaim()) instanceof String project) || project.isBlank()) {
            throw new InvalidBearerTokenException(
                    "The token's claim " + properties.projectClaim() + " names no project, nor '*' for all.");
        }
        if (!(claim(jwt, properties.nameClaim()) instanceof String name) || name.isBlank()) {
            throw new InvalidBearerTokenException("The token has no " + properties.nameClaim() + ".");
        }
        return new Caller("oidc/" + name, project, role);
    }

    /// A claim is a word, several with spaces between them, or a list.
    private static Stream<String> words(@Nullable Object claim) {
        return claim instanceof Collection<?> list
                ? list.stream().map(String::valueOf)
                : claim instanceof String text ? Stream.of(text.split(" ")) : Stream.empty();
    }

    private static @Nullable Object claim(Jwt jwt, String name) {
        if (jwt.hasClaim(name)) { // Names with dots in them, such as addresses.
            return jwt.getClaim(name);
        }
        Object at = jwt.getClaims();
        for (String part : name.split("\\.")) {
            at = at instanceof Map<?, ?> object ? object.get(part) : null;
        }
        return at;
    }
}
