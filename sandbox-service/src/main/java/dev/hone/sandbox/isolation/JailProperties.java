package dev.hone.sandbox.isolation;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What a call may use. Set by whoever runs the service, never by the code that runs in it.
///
/// @param python interpreter, 3.9 or newer, below `/usr`; default: the first of `/usr/bin/python3`,
/// `/usr/local/bin/python3`
/// @param bwrap bubblewrap; default: the first `bwrap` in `/usr/bin`, `/bin`, `/usr/local/bin`
/// @param uid user and group that the jail runs as when the service runs as root
/// @param memory address space of a call beyond the interpreter's own
/// @param tmp size of a call's `/tmp`
/// @param file largest file that a call may write
/// @param openFiles descriptors of a call
/// @param threads threads of a call
/// @param output bytes kept of standard output, and as many of standard error
/// @param flood bytes of either after which a call is killed
/// @param recycleCalls calls after which the fork server is replaced by a fresh one
/// @param recycleAfter age at which it is replaced all the same
/// @param preload modules that the fork server imports once, for all calls: of the standard library, or of `packages`
/// @param packages folders of more modules, such as a virtual environment's `site-packages`; calls can read them
@Validated
@ConfigurationProperties(prefix = "sandbox.jail", ignoreUnknownFields = false)
public record JailProperties(
        @Nullable Path python,
        @Nullable Path bwrap,
        @DefaultValue("54321") @Min(1) int uid,
        @DefaultValue("256MB") DataSize memory,
        @DefaultValue("16MB") DataSize tmp,
        @DefaultValue("16MB") DataSize file,
        @DefaultValue("64") @Min(16) @Max(1024) int openFiles,
        @DefaultValue("32") @Min(1) @Max(1024) int threads,
        @DefaultValue("64KB") DataSize output,
        @DefaultValue("8MB") DataSize flood,
        @DefaultValue("10000") @Min(1) int recycleCalls,
        @DefaultValue("1h") Duration recycleAfter,
        @DefaultValue List<Path> packages,

        @DefaultValue({
            "math",
            "cmath",
            "decimal",
            "fractions",
            "statistics",
            "itertools",
            "functools",
            "collections",
            "random",
            "re",
            "json",
            "datetime",
            "time",
            "calendar",
            "string",
            "heapq",
            "bisect",
            "operator",
            "typing",
            "dataclasses",
            "numbers",
            "copy",
            "textwrap",
            "enum",
            "threading",
            "traceback",
            "inspect",
            "ast",
            "io",
            "struct",
            "hashlib",
            "uuid",
            "base64",
            "csv"
        })
        List<String> preload) {

    public JailProperties {
        packages = List.copyOf(packages);
        preload = List.copyOf(preload);
    }

    Map<String, Long> limits() {
        return Map.of(
                "memory_bytes", memory.toBytes(),
                "tmp_bytes", tmp.toBytes(),
                "file_bytes", file.toBytes(),
                "open_files", (long) openFiles,
                "threads", (long) threads,
                "output_bytes", output.toBytes(),
                "flood_bytes", flood.toBytes());
    }
}
