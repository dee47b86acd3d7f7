package dev.hone.gateway.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.stereotype.Component;

/// Callers beyond the code of one request.
@Component
public class Callers {

    private static final RequestAttributeSecurityContextRepository REQUESTS =
            new RequestAttributeSecurityContextRepository();

    private final Keys keys;

    Callers(Keys keys) {
        this.keys = keys;
    }

    static void letIn(CallerToken token, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = new SecurityContextImpl(token);
        SecurityContextHolder.setContext(context);
        REQUESTS.saveContext(context, request, response);
    }

    /// Who was let in with the request, also when it has been answered; empty: nobody.
    public static Optional<Caller> of(HttpServletRequest request) {
        return REQUESTS.loadDeferredContext(request).get().getAuthentication() instanceof CallerToken token
                ? Optional.of(token.getPrincipal())
                : Optional.empty();
    }

    /// Tells, whenever it is asked, whether who asks now would still be let in: for answers that go on and on.
    ///
    /// @throws IllegalStateException as [Caller#current()]
    public BooleanSupplier stillLetIn() {
        if (!(SecurityContextHolder.getContext().getAuthentication() instanceof CallerToken token)) {
            throw new IllegalStateException("Nobody asks for this");
        }
        String key = token.key();
        Instant expires = token.expires();
        return () -> (key == null || keys.live(key).isPresent())
                && (expires == null || Instant.now().isBefore(expires));
    }
}
