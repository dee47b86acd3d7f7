package dev.hone.sandbox.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The Python side of the jail. It reaches the interpreter through pipes and memory, so no file is ever left behind.
///
/// @param sources text of the file of that name
record JailProgram(JailProperties properties, Isolation isolation, UnaryOperator<String> sources) {
    private static final List<Path> INTERPRETERS =
            List.of(Path.of("/usr/bin/python3"), Path.of("/usr/local/bin/python3"));

    /// Modules of the fork server, each before those that import it.
    private static final List<String> MODULES = List.of("kernel", "syscalls", "landlock", "snippet", "zygote");

    private static final String BOOTSTRAP = """
            import os, sys
            size, program = int(sys.argv[1]), b""
            while len(program) < size:
                program += os.read(0, size - len(program)) or sys.exit("the service ended before it sent the program")
            exec(compile(program, "daemon.py", "exec"))
            """;

    /// As shipped.
    static JailProgram of(JailProperties properties, Isolation isolation) {
        return new JailProgram(properties, isolation, JailProgram::source);
    }

    /// Starts the daemon with an empty environment and sends it its own source.
    Process start() throws JailUnavailableException, IOException {
        byte[] daemon = sources.apply("daemon.py").getBytes(StandardCharsets.UTF_8);
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
    Map<String, Object> settings() {
        Map<String, String> modules = new LinkedHashMap<>();
        MODULES.forEach(name -> modules.put(name, sources.apply(name + ".py")));
        Map<String, Object> settings = new HashMap<>();
        settings.put("sources", modules);
        settings.put("isolation", isolation.label());
        settings.put("preload", properties.preload());
        settings.put(
                "packages", properties.packages().stream().map(Path::toString).toList());
        settings.put("limits", properties.limits());
        settings.put("uid", properties.uid());
        settings.put("recycle_calls", properties.recycleCalls());
        settings.put("recycle_seconds", properties.recycleAfter().toMillis() / 1000.0);
        if (properties.bwrap() != null) {
            settings.put("bwrap", properties.bwrap().toString());
        }
        return settings;
    }

    /// The shipped file of that name.
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
