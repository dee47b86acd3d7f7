package dev.hone.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker may use. Set by whoever runs the service, never by a run.
///
/// @param python interpreter, 3.9 or newer; one outside of `/usr`, such as a virtual environment's, is bound read-only
///     with its folder; null: the first of `/usr/bin/python3`, `/usr/local/bin/python3`
/// @param bwrap bubblewrap; null: the first `bwrap` in `/usr/bin`, `/bin`, `/usr/local/bin`
/// @param uid user and group that a worker runs as when the service runs as root
/// @param heap MiB of a JVM's heap
/// @param memory MiB of address space, everything included
/// @param threads of a worker
/// @param tmp MiB of its `/tmp`
/// @param start how long a worker may take until it is ready
/// @param grace how long a cancelled call may go on before its worker is given up
/// @param idle a worker without calls ends after it
public record WorkerSettings(
        @Nullable Path python,
        @Nullable Path bwrap,
        int uid,
        int heap,
        int memory,
        int threads,
        int tmp,
        Duration start,
        Duration grace,
        Duration idle) {

    /// The defaults.
    public static WorkerSettings defaults() {
        return new WorkerSettings(
                null,
                null,
                54322,
                512,
                2048,
                512,
                64,
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2));
    }

    Map<String, Long> limits() {
        return Map.of(
                "memory_bytes",
                (long) memory << 20,
                "tmp_bytes",
                (long) tmp << 20,
                "threads",
                (long) threads,
                "open_files",
                4096L);
    }
}
