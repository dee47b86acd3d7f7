package dev.hone.gateway.audit;

import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Access")
class AuditController {

    private static final int MOST = 500;

    private final AuditLog log;

    AuditController(AuditLog log) {
        this.log = log;
    }

    /// A page of the log, newest first.
    ///
    /// @param next send it as `after` to get the next page; null: this was the last
    record AuditPage(List<AuditEntry> entries, @Nullable String next) {}

    @Operation(
            summary = "Who changed something or was refused, newest first, a page at a time",
            description = "An admin of one project sees what its own callers did. Nothing changes an entry.")
    @GetMapping("/api/v1/audit")
    AuditPage list(
            @RequestParam(required = false) @Nullable Long after, @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw ApiException.badRequest(
                    "Limit out of range", "limit is " + limit + "; ask for 1 to " + MOST + " and follow `next`.");
        }
        List<AuditEntry> found = log.list(Caller.current().project(), Optional.ofNullable(after), limit + 1);
        List<AuditEntry> page = found.subList(0, Math.min(limit, found.size()));
        return new AuditPage(
                page, found.size() > limit ? Long.toString(page.getLast().id()) : null);
    }
}
