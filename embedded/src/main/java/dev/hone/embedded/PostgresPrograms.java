package dev.hone.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// PostgreSQL's programs, unpacked from a jar.
final class PostgresPrograms {

    private static final int OWNER_EXECUTES = 0100;

    private PostgresPrograms() {}

    /// Unpacks them if they are not there yet.
    ///
    /// @return the folder with `bin/` and `lib/`
    static Path unpack(Path folder) throws IOException {
        if (Files.exists(folder.resolve("bin/postgres"))) {
            return folder;
        }
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String archive = "/postgres-linux-" + (architecture.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        EmbeddedPostgres.deleteTree(unfinished);
        try (InputStream packed = PostgresPrograms.class.getResourceAsStream(archive)) {
            if (packed == null) {
                throw new IOException("no PostgreSQL programs for " + System.getProperty("os.name") + " " + architecture
                        + " (" + archive
                        + ") on the class path; use an installed PostgreSQL through docker-compose.yml");
            }
            try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    write(tar, entry, unfinished);
                }
            }
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("archive entry outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        Files.setPosixFilePermissions(
                target,
                PosixFilePermissions.fromString((entry.getMode() & OWNER_EXECUTES) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
