package dev.hone.gateway.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A request that was to change something, or that was refused.
///
/// @param caller who asked: `key/NAME`, `oidc/SUBJECT` or `machine`; null: nobody known
/// @param project the caller's; `*`: all
/// @param role the caller's
/// @param origin address that the request came from
/// @param path as it was asked for, without parameters
/// @param status what was answered
/// @param times how often: above 1 for refusals of nobody known that came too fast for an entry each
record AuditEntry(
        long id,
        Instant at,
        @Nullable String caller,
        @Nullable String project,
        @Nullable String role,
        String origin,
        String method,
        String path,
        int status,
        long times) {}
