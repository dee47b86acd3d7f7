package dev.hone.gateway.access;

import static dev.hone.gateway.access.Role.ADMIN;
import static dev.hone.gateway.access.Role.METRICS;
import static dev.hone.gateway.access.Role.OPERATOR;
import static dev.hone.gateway.access.Role.VIEWER;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/// Which role each request needs: the first rule that fits decides, and what none names is for who administers all
/// projects. Whose a run is, its readers ask for (`RunLookup`).
final class Permissions implements AuthorizationManager<RequestAuthorizationContext> {

    private static final Set<String> READS = Set.of("GET", "HEAD");

    private static final List<Rule> RULES = List.of(
            // Is it up? And what is needed to log in.
            reads(null, "/actuator/health/liveness"),
            reads(null, "/actuator/health/readiness"),
            all(null, "/login"),
            reads(null, "/css/hone.css"),
            reads(null, "/favicon.svg"),
            reads(METRICS, "/actuator/**").ofAllProjects(),
            all(ADMIN, "/api/v1/keys/**"),
            reads(ADMIN, "/api/v1/audit"),
            reads(VIEWER, "/api/v1/dead-letters/**").ofAllProjects(),
            all(OPERATOR, "/api/v1/dead-letters/**").ofAllProjects(),
            reads(VIEWER, "/api/v1/runs/**"),
            all(OPERATOR, "/api/v1/runs/**"),
            reads(VIEWER, "/api/v1/models/**"),
            reads(VIEWER, "/api/v1/datasets"),
            reads(VIEWER, "/api/v1/judges"),
            // The pages.
            reads(VIEWER, "/"),
            reads(VIEWER, "/runs/**"),
            all(OPERATOR, "/runs/**"),
            reads(VIEWER, "/compare/**"),
            all(OPERATOR, "/submit/**"),
            all(METRICS, "/logout"),
            // What pages are made of, and the API's description.
            reads(METRICS, "/css/**"),
            reads(METRICS, "/js/**"),
            reads(METRICS, "/webjars/**"),
            reads(METRICS, "/swagger-ui.html"),
            reads(METRICS, "/swagger-ui/**"),
            reads(METRICS, "/v3/api-docs/**"));

    private static final Rule OTHERWISE = all(ADMIN, "/**").ofAllProjects();

    /// @param role the least that is needed; null: not even a login
    /// @param everywhere whether it takes somebody who sees all projects
    record Rule(
            boolean readsOnly,
            PathPatternRequestMatcher path,
            @Nullable Role role,
            boolean everywhere) {

        private Rule ofAllProjects() {
            return new Rule(readsOnly, path, role, true);
        }

        private boolean fits(HttpServletRequest request) {
            return (!readsOnly || READS.contains(request.getMethod())) && path.matches(request);
        }
    }

    private static Rule reads(@Nullable Role role, String path) {
        return new Rule(true, PathPatternRequestMatcher.pathPattern(path), role, false);
    }

    private static Rule all(@Nullable Role role, String path) {
        return new Rule(false, PathPatternRequestMatcher.pathPattern(path), role, false);
    }

    /// The rule that names the request; empty: none does.
    static Optional<Rule> named(HttpServletRequest request) {
        return RULES.stream().filter(rule -> rule.fits(request)).findFirst();
    }

    /// Why not, for who was refused.
    static final class Refusal extends AuthorizationDecision {

        private static final long serialVersionUID = 1L;

        private final String reason;

        private Refusal(String reason) {
            super(false);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    @Override
    public AuthorizationResult authorize(
            Supplier<? extends @Nullable Authentication> authentication, RequestAuthorizationContext context) {
        Rule rule = named(context.getRequest()).orElse(OTHERWISE);
        Role needed = rule.role();
        if (needed == null) {
            return new AuthorizationDecision(true);
        }
        if (!(authentication.get() instanceof CallerToken token)) {
            return new AuthorizationDecision(false);
        }
        Caller caller = token.getPrincipal();
        if (!caller.may(needed)) {
            return new Refusal("It takes the role " + needed.label() + "; " + caller.name() + " is "
                    + caller.role().label() + ". Ask an admin for a key of that role.");
        }
        if (rule.everywhere() && !caller.everywhere()) {
            return new Refusal("It is about all projects; " + caller.name() + " is of project " + caller.project()
                    + " alone. Ask with a key of project " + Caller.EVERY + ".");
        }
        return new AuthorizationDecision(true);
    }
}
