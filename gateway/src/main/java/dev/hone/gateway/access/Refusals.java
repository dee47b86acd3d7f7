package dev.hone.gateway.access;

import dev.hone.gateway.problem.RefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// What is told to who is not let in: programs get a problem, browsers the page to log in.
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler, RequestRejectedHandler {

    private static final String HOW =
            " Send a key as 'Authorization: Bearer hone_…'; ./hone takes it from HONE_API_KEY or HONE_API_KEY_FILE.";

    private final Door door;
    private final HandlerExceptionResolver problems;

    Refusals(Door door, HandlerExceptionResolver problems) {
        this.door = door;
        this.problems = problems;
    }

    /// Nobody known.
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
            throws IOException {
        if (why instanceof AuthenticationServiceException) {
            answer(request, response, RefusedException.unknowable(String.valueOf(why.getMessage())));
            return;
        }
        String reason = Objects.toString(request.getAttribute(CallerFilter.WHY), null);
        if (reason != null && !door.shut()) {
            answer(request, response, RefusedException.forbidden(reason + " Or send a key." + HOW));
            return;
        }
        if (request.getHeader("HX-Request") != null) {
            response.setHeader("HX-Redirect", "/login");
        } else if (request.getMethod().equals("GET") && asksForPage(request)) {
            response.setHeader(
                    HttpHeaders.LOCATION,
                    "/login?to=" + URLEncoder.encode(request.getRequestURI(), StandardCharsets.UTF_8));
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            return;
        }
        boolean refused = why instanceof OAuth2AuthenticationException;
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, refused ? "Bearer error=\"invalid_token\"" : "Bearer");
        String detail = refused ? String.valueOf(why.getMessage()) : Objects.requireNonNullElse(reason, "");
        answer(request, response, RefusedException.unknown(detail + HOW));
    }

    private static boolean asksForPage(HttpServletRequest request) {
        String accepted = Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "");
        return accepted.contains("text/html") && !request.getRequestURI().startsWith("/api/");
    }

    /// Somebody who may not.
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException why)
            throws IOException {
        String detail = why instanceof AuthorizationDeniedException denied
                        && denied.getAuthorizationResult() instanceof Permissions.Refusal refusal
                ? refusal.reason()
                : why instanceof CsrfException
                        ? "The form carries no token of this session; open its page anew, then send it again."
                        : "It may not be done with this key.";
        answer(request, response, RefusedException.forbidden(detail));
    }

    /// An address or header that could be read in two ways.
    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, RequestRejectedException why)
            throws IOException {
        answer(request, response, RefusedException.unreadable(String.valueOf(why.getMessage())));
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, RefusedException refusal)
            throws IOException {
        if (!asksForPage(request)) {
            problems.resolveException(request, response, null, refusal);
            return;
        }
        request.setAttribute(RefusedException.ATTRIBUTE, refusal);
        try {
            request.getRequestDispatcher(RefusedException.PAGE).forward(request, response);
        } catch (ServletException e) {
            response.sendError(refusal.getStatusCode().value());
        }
    }
}
