package dev.hone.gateway.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// Keys that are there before anybody could make one: those of the environment, and else, where everybody has to log
/// in,
/// one that is written to a file which the owner of this process alone can read.
final class FirstKey implements SmartInitializingSingleton {

    /// Its name in the data directory.
    static final String FILE = "admin.key";

    /// Begins the names of keys that come from the environment.
    static final String RESERVED = "HONE_";

    private static final Logger LOG = LoggerFactory.getLogger(FirstKey.class);
    private static final String LOCK = "hone first key";

    private final Door door;
    private final Path folder;
    private final GivenKeys given;
    private final Keys keys;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    FirstKey(Door door, Path folder, GivenKeys given, Keys keys, JdbcClient jdbc, TransactionTemplate transaction) {
        this.door = door;
        this.folder = folder;
        this.given = given;
        this.keys = keys;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    @Override
    public void afterSingletonsInstantiated() {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtext(?))")
                    .param(LOCK)
                    .query((rs, n) -> "")
                    .list();
            given.bootstrap().ifPresent(secret -> adopt(secret, GivenKeys.BOOTSTRAP, Role.ADMIN));
            given.metrics().ifPresent(secret -> adopt(secret, GivenKeys.METRICS, Role.METRICS));
            dropStale();
            if (door.shut() && !keys.administered()) {
                Secret secret = Secret.random();
                keys.add(secret, "first", Caller.EVERY, Role.ADMIN, "gateway", null);
                write(secret);
            }
        });
    }

    /// A key that was known before, if only revoked, stays what it is; a new one takes the place of the one before it.
    private void adopt(Secret secret, String name, Role role) {
        if (keys.known(secret)) {
            return;
        }
        keys.list(Caller.EVERY).stream()
                .filter(key -> key.name().equals(name) && key.revokedAt() == null)
                .forEach(key -> keys.revoke(key.id(), Caller.EVERY, name));
        keys.add(secret, name, Caller.EVERY, role, "environment", null);
    }

    /// Who finds the file takes its key; one that opens nothing any more must not stand there.
    private void dropStale() {
        Path file = folder.resolve(FILE);
        try {
            if (Files.isReadable(file)
                    && keys.find(new Secret(Files.readString(file).strip())).isEmpty()) {
                Files.delete(file);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} holds no key that opens anything, and cannot be deleted: {}", file, e.getMessage());
        }
    }

    private void write(Secret secret) {
        Path file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            Path unfinished = Files.createTempFile(
                    folder,
                    FILE,
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(unfinished, secret.text() + "\n");
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            LOG.info(
                    "Everybody has to log in here, and there is no key yet: one for an admin of all projects is in {}",
                    file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The first key cannot be written to " + file + " (" + e
                            + "); make its folder writable, or give a key in " + GivenKeys.BOOTSTRAP + ".",
                    e);
        }
    }
}
