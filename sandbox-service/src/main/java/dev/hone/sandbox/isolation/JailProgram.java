package dev.hone.sandbox.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The Python side of the jail. It reaches the interpreter through pipes and memory, so no file is ever left behind.
final class JailProgram {
    private static final List<Path> INTERPRETERS =
            List.of(Path.of("/usr/bin/python3"), Path.of("/usr/local/bin/python3"));

    private static final String BOOTSTRAP = """
            import os, sys
            size, program = int(sys.argv[1]), b""
            while len(program) < size:
                program += os.read(0, size - len(program)) or sys.exit("the service ended before it sent the program")
            exec(compile(program, "daemon.py", "exec"))
            """;

    private JailProgram() {}

    /// Starts the daemon with an empty environment and sends it its own source.
    static Process start(JailProperties properties) throws JailUnavailableException, IOException {
        byte[] daemon = source("daemon.py").getBytes(StandardCharsets.UTF_8);
        ProcessBuilder builder = new ProcessBuilder(
                interpreter(properties.python()).toString(),
                "-I",
                "-S",
                "-X",
                "utf8",
                "-c",
                BOOTSTRAP,
                "" + daemon.length);
        builder.environment().clear();
        builder.directory(Path.of("/").toFile());
        Process process = builder.start();
        process.getOutputStream().write(daemon);
        return process;
    }

    /// The daemon's first frame.
    static Map<String, Object> settings(JailProperties properties) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(
                "sources",
                List.of("zygote.py", "snippet.py", "syscalls.py").stream()
                        .collect(Collectors.toMap(name -> name, JailProgram::source)));
        settings.put("preload", properties.preload());
        settings.put("limits", properties.limits());
        settings.put("uid", properties.uid());
        settings.put("recycle_calls", properties.recycleCalls());
        if (properties.bwrap() != null) {
            settings.put("bwrap", properties.bwrap().toString());
        }
        return settings;
    }

    static String source(String name) {
        try (InputStream resource = JailProgram.class.getResourceAsStream("/sandbox/" + name)) {
            if (resource == null) {
                throw new IllegalStateException(
                        "The resource /sandbox/" + name + " is missing; build sandbox-service again");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path interpreter(@Nullable Path configured) throws JailUnavailableException {
        List<Path> candidates = configured == null ? INTERPRETERS : List.of(configured);
        return candidates.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new JailUnavailableException("Python 3 is missing (looked for " + candidates
                        + "); install the package 'python3', for example with: apt-get install python3"));
    }
}
