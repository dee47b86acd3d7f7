package dev.hone.gateway.audit;

import dev.hone.gateway.access.Callers;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Writes down every request that was to change something, and every one that was refused; around all other filters, so
/// that it sees what each of them answers.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class AuditFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(AuditFilter.class);
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    /// Asked with every few letters that are typed; it changes nothing.
    private static final String CHECK = "/submit/check";

    private static final Set<Integer> REFUSALS =
            Set.of(HttpServletResponse.SC_UNAUTHORIZED, HttpServletResponse.SC_FORBIDDEN);

    private final AuditLog log;

    AuditFilter(AuditLog log) {
        this.log = log;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean answered = false;
        try {
            chain.doFilter(request, response);
            answered = true;
        } finally {
            int status = answered ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
            boolean changes = !READS.contains(request.getMethod())
                    && !request.getRequestURI().equals(CHECK);
            if (changes || REFUSALS.contains(status)) {
                write(request, status);
            }
        }
    }

    private void write(HttpServletRequest request, int status) {
        AuditLog.Asked asked =
                new AuditLog.Asked(request.getRemoteAddr(), request.getMethod(), request.getRequestURI());
        try {
            log.add(Callers.of(request), asked, status);
        } catch (DataAccessException e) {
            LOG.error(
                    "The audit log misses {} {} of {}, answered {}",
                    asked.method(),
                    asked.path(),
                    asked.origin(),
                    status,
                    e);
        }
    }
}
