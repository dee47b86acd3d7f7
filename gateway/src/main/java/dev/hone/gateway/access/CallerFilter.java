package dev.hone.gateway.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/// Who sends no key: a browser that has logged in, or who is on this machine. A browser alone sends what lets it in by
/// itself, so its forms alone have to carry a token.
final class CallerFilter extends OncePerRequestFilter {

    /// Request attribute: why a key is needed.
    static final String WHY = CallerFilter.class.getName() + ".why";

    private final Door door;
    private final Sessions sessions;

    CallerFilter(Door door, Sessions sessions) {
        this.door = door;
        this.sessions = sessions;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean shown = showsSomething(request);
        Optional<CallerToken> session = shown ? Optional.empty() : sessions.of(request);
        session.ifPresentOrElse(token -> Callers.letIn(token, request, response), () -> {
            CsrfFilter.skipRequest(request);
            if (!shown) {
                door.keyNeeded(request)
                        .ifPresentOrElse(
                                why -> request.setAttribute(WHY, why),
                                () -> Callers.letIn(new CallerToken(Caller.MACHINE, null, null), request, response));
            }
        });
        chain.doFilter(request, response);
    }

    /// Whether the request comes with what may be a key. Some programs send `Bearer` with nothing after it.
    static boolean showsSomething(HttpServletRequest request) {
        String shown = request.getHeader(HttpHeaders.AUTHORIZATION);
        return shown != null && !shown.strip().equalsIgnoreCase("Bearer");
    }
}
