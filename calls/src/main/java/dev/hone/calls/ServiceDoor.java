package dev.hone.calls;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.Outbound;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets in who shows the [ServiceSecret]. Open are probes and figures, which have no content of runs, and what asks for
/// keys of its own ([OwnKeys]). A service that only its own machine reaches may go without a secret; then all is open.
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
final class ServiceDoor extends OncePerRequestFilter {

    private static final String HEALTH = "/actuator/health";
    private static final String FIGURES = "/actuator/prometheus";

    private final ServiceSecret secret;
    private final OwnKeys ownKeys;

    /// @throws ServiceSecretException if others than this machine reach the service and it has no secret
    ServiceDoor(ServiceSecret secret, OwnKeys ownKeys, String service, String bind) {
        if (!secret.given() && !Outbound.onlyThisMachine(bind)) {
            throw new ServiceSecretException(
                    service + " listens on " + (bind.isBlank() ? "all addresses" : bind)
                            + ", where others than this machine reach it, and has no secret to know services by.",
                    "Set " + ServiceSecret.VARIABLE + " or " + ServiceSecret.FILE_VARIABLE
                            + " to the same for every service, or let it listen on 127.0.0.1 (HONE_BIND).");
        }
        this.secret = secret;
        this.ownKeys = ownKeys;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!secret.given() || open(request) || secret.shown(request.getHeader(ServiceSecret.HEADER))) {
            chain.doFilter(request, response);
            return;
        }
        // What else of the body comes is not waited for.
        response.setHeader("Connection", "close");
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(EventCodec.json()
                        .writeValueAsBytes(Map.of(
                                "title",
                                "Not a service of this installation",
                                "status",
                                HttpServletResponse.SC_UNAUTHORIZED,
                                "detail",
                                "The request shows not this installation's secret; give the caller the same "
                                        + ServiceSecret.VARIABLE + " as this service, or ask the gateway.")));
    }

    /// A path counts only as it was sent: one that is to be decoded, cut or shortened first is not open.
    private boolean open(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.equals(request.getContextPath() + request.getServletPath())
                && (path.equals(FIGURES)
                        || path.equals(HEALTH)
                        || Stream.concat(Stream.of(HEALTH + "/"), ownKeys.prefixes().stream())
                                .anyMatch(path::startsWith));
    }
}
