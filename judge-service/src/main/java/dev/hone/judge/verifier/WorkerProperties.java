package dev.hone.judge.verifier;

import dev.hone.worker.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the workers of judges in files may use; meanings: [WorkerSettings].
///
/// @param python interpreter of Python files
/// @param bwrap bubblewrap
/// @param uid as whom a worker runs if the service is root
/// @param heap MiB of a JVM's heap
/// @param memory MiB of address space
/// @param threads of a worker
/// @param tmp MiB of its `/tmp`
/// @param start until it is ready
/// @param grace of a cancelled verdict
/// @param idle without episodes to judge
@ConfigurationProperties(prefix = "hone.judge.worker", ignoreUnknownFields = false)
record WorkerProperties(
        @Nullable Path python,
        @Nullable Path bwrap,
        @DefaultValue("54322") int uid,
        @DefaultValue("512") int heap,
        @DefaultValue("2048") int memory,
        @DefaultValue("512") int threads,
        @DefaultValue("64") int tmp,
        @DefaultValue("60s") Duration start,
        @DefaultValue("5s") Duration grace,
        @DefaultValue("2m") Duration idle) {

    WorkerSettings settings() {
        return new WorkerSettings(python, bwrap, uid, heap, memory, threads, tmp, start, grace, idle);
    }
}
