package dev.hone.gateway.audit;

import dev.hone.gateway.access.Caller;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The log, only appended to: the database refuses to change what it holds.
@Component
class AuditLog {

    /// Refusals of nobody known that get an entry each, in a minute; anybody can cause them.
    static final int FLOOD = 60;

    private static final int LONGEST_PATH = 500;
    private static final int LONGEST_METHOD = 20;

    private final JdbcClient jdbc;
    private final Clock clock;
    private Instant minute = Instant.EPOCH;
    private int refused;
    private long uncounted;

    AuditLog(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// What a request asked for.
    record Asked(String origin, String method, String path) {}

    void add(Optional<Caller> caller, Asked asked, int status) {
        Instant now = clock.instant();
        if (caller.isEmpty() && floods(now)) {
            return;
        }
        insert(now, caller, asked, status, 1);
    }

    /// Counts a refusal; the first one of a new minute tells of those that got no entry in the last.
    private synchronized boolean floods(Instant now) {
        if (!now.truncatedTo(ChronoUnit.MINUTES).equals(minute)) {
            tellUncounted();
            minute = now.truncatedTo(ChronoUnit.MINUTES);
            refused = 0;
        }
        refused++;
        if (refused <= FLOOD) {
            return false;
        }
        uncounted++;
        return true;
    }

    private synchronized void tellUncounted() {
        if (uncounted > 0) {
            insert(minute, Optional.empty(), new Asked("*", "*", "*"), 0, uncounted);
            uncounted = 0;
        }
    }

    private void insert(Instant at, Optional<Caller> caller, Asked asked, int status, long times) {
        jdbc.sql("""
                        insert into audit (at, caller, project, role, origin, method, path, status, times)
                        values (:at, :caller, :project, :role, :origin, :method, :path, :status, :times)""")
                .param("at", Timestamp.from(at))
                .param("caller", caller.map(Caller::name).orElse(null))
                .param("project", caller.map(Caller::project).orElse(null))
                .param("role", caller.map(one -> one.role().label()).orElse(null))
                .param("origin", asked.origin())
                .param("method", cut(asked.method(), LONGEST_METHOD))
                .param("path", cut(asked.path(), LONGEST_PATH))
                .param("status", status)
                .param("times", times)
                .update();
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    /// Entries of a project's callers, of `*` all; newest first.
    ///
    /// @param before id of the last one of the page before; null: from the newest
    List<AuditEntry> list(String project, Optional<Long> before, int limit) {
        tellUncounted();
        return jdbc.sql("""
                        select * from audit where (:project = '*' or project = :project) and id < :before
                        order by id desc limit :limit""")
                .param("project", project)
                .param("before", before.orElse(Long.MAX_VALUE))
                .param("limit", limit)
                .query((rs, n) -> new AuditEntry(
                        rs.getLong("id"),
                        rs.getTimestamp("at").toInstant(),
                        rs.getString("caller"),
                        rs.getString("project"),
                        rs.getString("role"),
                        rs.getString("origin"),
                        rs.getString("method"),
                        rs.getString("path"),
                        rs.getInt("status"),
                        rs.getLong("times")))
                .list();
    }
}
