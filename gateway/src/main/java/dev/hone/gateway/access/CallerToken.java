package dev.hone.gateway.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/// A caller that was let in, and by what.
final class CallerToken extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final transient Caller caller;
    private final transient @Nullable String key;
    private final transient @Nullable Instant expires;

    /// @param key id of the key that it has; null: none
    /// @param expires when its token ends; null: it has none
    CallerToken(Caller caller, @Nullable String key, @Nullable Instant expires) {
        super(List.of());
        this.caller = caller;
        this.key = key;
        this.expires = expires;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Nullable
    String key() {
        return key;
    }

    @Nullable
    Instant expires() {
        return expires;
    }
}
