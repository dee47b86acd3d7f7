package dev.hone.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The folder in which an installation keeps everything; one process at a time. The lock ends with the process, however
/// that ends.
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lock";
    private static final String PID = "pid";

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /// Takes the folder, making it if it is not there.
    ///
    /// @throws OccupiedException if another process has it
    public static DataDirectory open(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new OccupiedException(path, owner(path));
            }
            Files.writeString(path.resolve(PID), identity(ProcessHandle.current()));
            return new DataDirectory(path, channel, lock);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Data directory " + path + " cannot be used: " + e + ". Choose another with --data-dir.", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    private static String owner(Path path) {
        try {
            return Files.readString(path.resolve(PID)).strip().split(" ", 2)[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    /// Process number and start, so that a later process with the same number is not mistaken for it.
    private static String identity(ProcessHandle process) {
        return process.pid() + " " + process.info().startInstant().orElse(Instant.EPOCH);
    }

    /// Notes where the gateway of this process listens, for [#gateway(Path)].
    public void announce(URI gateway) {
        try {
            Files.writeString(path.resolve(PID), identity(ProcessHandle.current()) + "\n" + gateway + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Data directory " + path + " cannot be written: " + e, e);
        }
    }

    /// Where the gateway listens of the process that has the folder now; empty if there is none.
    public static Optional<URI> gateway(Path folder) {
        List<String> lines = lines(folder.resolve(PID));
        return lines.size() < 2 || owner(lines.getFirst()).isEmpty()
                ? Optional.empty()
                : Optional.of(URI.create(lines.get(1)));
    }

    /// Whether a process has ever taken the folder.
    public static boolean used(Path folder) {
        return Files.exists(folder.resolve(LOCK));
    }

    /// The processes that use a data directory: the one that holds it, and a database server that one killed with -9
    /// left.
    public static List<ProcessHandle> processes(Path folder) {
        List<ProcessHandle> found = new ArrayList<>();
        lines(folder.resolve(PID)).stream()
                .findFirst()
                .flatMap(DataDirectory::owner)
                .ifPresent(found::add);
        if (found.isEmpty()) {
            EmbeddedPostgres.orphan(folder.resolve("postgres")).ifPresent(found::add);
        }
        return found;
    }

    /// The process of that identity, if it runs still.
    private static Optional<ProcessHandle> owner(String identity) {
        return ProcessHandle.of(Long.parseLong(identity.split(" ", 2)[0]))
                .filter(process -> identity(process).equals(identity));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().map(String::strip).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path.resolve(PID));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Data directory " + path + " could not be released", e);
        }
    }

    /// Another process has the data directory.
    public static final class OccupiedException extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        OccupiedException(Path path, String pid) {
            super("Data directory " + path + " is in use by process " + pid
                    + ". Stop that one first (./hone kill), or choose another with --data-dir.");
        }
    }
}
