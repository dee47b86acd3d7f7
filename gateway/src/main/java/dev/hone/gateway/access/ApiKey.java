package dev.hone.gateway.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key as the API shows it, without its secret.
///
/// @param id by which it is revoked
/// @param name by which the audit log calls it
/// @param project the one project that it is for; `*`: all
/// @param createdBy who made it
/// @param expiresAt null: never
/// @param lastUsedAt to the minute; null: never
/// @param revokedAt null: it was not
record ApiKey(
        String id,
        String name,
        String project,
        Role role,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {

    boolean live(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    Caller caller() {
        return new Caller("key/" + name, project, role);
    }
}
