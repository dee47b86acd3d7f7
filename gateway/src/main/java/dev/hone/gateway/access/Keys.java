package dev.hone.gateway.access;

import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Every key, by its hash.
@Component
class Keys {

    private static final int ID_BYTES = 6;

    /// How exactly uses are put down.
    private static final Duration USES = Duration.ofMinutes(1);

    private static final String PROJECT = "(:project = '" + Caller.EVERY + "' or project = :project)";

    private final JdbcClient jdbc;

    Keys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @return the key's id
    /// @throws org.springframework.dao.DuplicateKeyException if the project has a live key of that name
    String add(Secret secret, String name, String project, Role role, String by, @Nullable Instant expires) {
        String id = Secret.digits(ID_BYTES);
        jdbc.sql("""
                        insert into api_key (id, hash, name, project, role, created_at, created_by, expires_at)
                        values (:id, :hash, :name, :project, :role, :now, :by, :expires)""")
                .param("id", id)
                .param("hash", secret.hash())
                .param("name", name)
                .param("project", project)
                .param("role", role.label())
                .param("now", Timestamp.from(Instant.now()))
                .param("by", by)
                .param("expires", expires == null ? null : Timestamp.from(expires))
                .update();
        return id;
    }

    /// The live key with that secret.
    Optional<ApiKey> find(Secret secret) {
        byte[] hash = secret.hash();
        Optional<ApiKey> found = jdbc.sql("select * from api_key where hash = ?")
                .param(hash)
                .query((rs, n) -> MessageDigest.isEqual(hash, rs.getBytes("hash")) ? Optional.of(key(rs)) : none())
                .optional()
                .flatMap(key -> key)
                .filter(key -> key.live(Instant.now()));
        found.filter(key -> stale(key.lastUsedAt())).ifPresent(key -> used(key.id()));
        return found;
    }

    private static Optional<ApiKey> none() {
        return Optional.empty();
    }

    /// Whether the secret was ever a key.
    boolean known(Secret secret) {
        return jdbc.sql("select count(*) from api_key where hash = ?")
                        .param(secret.hash())
                        .query(Long.class)
                        .single()
                > 0;
    }

    /// The live key of that id.
    Optional<ApiKey> live(String id) {
        return jdbc.sql("select * from api_key where id = ?")
                .param(id)
                .query((rs, n) -> key(rs))
                .optional()
                .filter(key -> key.live(Instant.now()));
    }

    private static boolean stale(@Nullable Instant lastUse) {
        return lastUse == null || lastUse.isBefore(Instant.now().minus(USES));
    }

    private void used(String id) {
        jdbc.sql("update api_key set last_used_at = now() where id = ?")
                .param(id)
                .update();
    }

    /// A project's keys, newest first; of `*` all.
    List<ApiKey> list(String project) {
        return jdbc.sql("select * from api_key where " + PROJECT + " order by created_at desc, id")
                .param("project", project)
                .query((rs, n) -> key(rs))
                .list();
    }

    /// Ends a key of the project; one that has ended stays as it is. Empty if there is no such key there.
    Optional<ApiKey> revoke(String id, String project, String by) {
        jdbc.sql("update api_key set revoked_at = now(), revoked_by = :by where id = :id and revoked_at is null and "
                        + PROJECT)
                .param("by", by)
                .param("id", id)
                .param("project", project)
                .update();
        return jdbc.sql("select * from api_key where id = :id and " + PROJECT)
                .param("id", id)
                .param("project", project)
                .query((rs, n) -> key(rs))
                .optional();
    }

    /// Whether anybody may administer all projects.
    boolean administered() {
        return list(Caller.EVERY).stream()
                .anyMatch(key ->
                        key.project().equals(Caller.EVERY) && key.role() == Role.ADMIN && key.live(Instant.now()));
    }

    private static ApiKey key(ResultSet rs) throws SQLException {
        String role = rs.getString("role");
        return new ApiKey(
                rs.getString("id"),
                rs.getString("name"),
                rs.getString("project"),
                Role.named(role).orElseThrow(() -> new IllegalStateException("api_key has the role '" + role + "'")),
                rs.getTimestamp("created_at").toInstant(),
                rs.getString("created_by"),
                instant(rs, "expires_at"),
                instant(rs, "last_used_at"),
                instant(rs, "revoked_at"));
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        Timestamp at = rs.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
