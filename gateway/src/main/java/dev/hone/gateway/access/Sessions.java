package dev.hone.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Browsers that have logged in. A session knows the id of its key, which is looked up for every request: with the key
/// it ends.
@Component
public class Sessions {

    private static final String KEY = Sessions.class.getName() + ".key";

    private final Keys keys;

    Sessions(Keys keys) {
        this.keys = keys;
    }

    /// Begins a session.
    ///
    /// @return whether there is such a key
    public boolean begin(String key, HttpServletRequest request, HttpServletResponse response) {
        Optional<ApiKey> found = secret(key).flatMap(keys::find);
        found.ifPresent(one -> {
            HttpSession old = request.getSession(false);
            if (old != null) {
                old.invalidate();
            }
            request.getSession().setAttribute(KEY, one.id());
            Callers.letIn(token(one), request, response);
        });
        return found.isPresent();
    }

    private static Optional<Secret> secret(String text) {
        try {
            return Optional.of(new Secret(text.strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public void end(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    /// Whether the request is that of a browser that has logged in.
    public static boolean carries(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(KEY) != null;
    }

    Optional<CallerToken> of(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(KEY) instanceof String id
                ? keys.live(id).map(Sessions::token)
                : Optional.empty();
    }

    private static CallerToken token(ApiKey key) {
        return new CallerToken(key.caller(), key.id(), key.expiresAt());
    }
}
