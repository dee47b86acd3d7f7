package dev.hone.gateway.access;

import java.util.Optional;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/// What stands behind `Authorization: Bearer`: a key of Hone's, or a token of the OIDC provider.
final class BearerTokens implements AuthenticationManager {

    private final Keys keys;
    private final Optional<OidcTokens> tokens;

    BearerTokens(Keys keys, Optional<OidcTokens> tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        String token = ((BearerTokenAuthenticationToken) authentication).getToken();
        return Secret.meant(token)
                ? key(token)
                : tokens.orElseThrow(() -> new InvalidBearerTokenException("It is no key of Hone's."))
                        .authenticate(token);
    }

    private CallerToken key(String token) {
        try {
            return keys.find(new Secret(token))
                    .map(key -> new CallerToken(key.caller(), key.id(), key.expiresAt()))
                    .orElseThrow(() -> new InvalidBearerTokenException("There is no such key, or no longer."));
        } catch (IllegalArgumentException e) {
            throw new InvalidBearerTokenException(String.valueOf(e.getMessage()), e);
        }
    }
}
