package dev.hone.gateway.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What somebody may do; each role may do what those before it may.
public enum Role {
    /// Reads `/actuator`, and nothing else.
    METRICS,
    /// Reads runs and all that belongs to them.
    VIEWER,
    /// Submits and steers runs.
    OPERATOR,
    /// Makes and revokes keys, reads the audit log, has code of users run.
    ADMIN;

    /// As keys, tokens and messages call it: `viewer`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The role of that label.
    public static Optional<Role> named(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst();
    }

    /// Whether it may do what another may.
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
