package dev.hone.gateway.access;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/// Who asks. Known in the thread of a request alone.
///
/// @param name of the key (`key/ci`), the token's subject (`oidc/alice`), or `machine`
/// @param project the one project whose runs it may see and begin; [#EVERY]: all of them
/// @param role what it may do there
public record Caller(String name, String project, Role role) {

    /// Stands for all projects.
    public static final String EVERY = "*";

    /// Whoever is at the machine itself, where no login is asked for.
    public static final Caller MACHINE = new Caller("machine", EVERY, Role.ADMIN);

    /// Who asks for what this thread does.
    ///
    /// @throws IllegalStateException if it does so for no request that was let in
    public static Caller current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("Nobody asks for this: it is no request, or one that was not let in.");
    }

    /// Whether it may do what a role may, in its project.
    public boolean may(Role what) {
        return role.includes(what);
    }

    /// Whether it sees what belongs to a project.
    public boolean sees(String owner) {
        return everywhere() || project.equals(owner);
    }

    /// Whether it sees all projects.
    public boolean everywhere() {
        return project.equals(EVERY);
    }
}
