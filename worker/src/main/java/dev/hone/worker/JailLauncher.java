package dev.hone.worker;

import dev.hone.contracts.EventCodec;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Starts the process that opens a worker's jail and stays its parent: `launcher.py`. It gets an empty environment, and
/// what it has to know through its standard input.
record JailLauncher(WorkerSettings settings, Role role) {

    private static final List<Path> INTERPRETERS =
            List.of(Path.of("/usr/bin/python3"), Path.of("/usr/local/bin/python3"));
    private static final String LAUNCHER = source("launcher.py");
    private static final String INSIDE = source("inside.py");

    /// @param sha256 of the file; the jail gets these bytes or none
    /// @param socket null: no way out
    Process start(CodeFile file, String sha256, @Nullable Path socket) throws IOException, WorkerFailedException {
        Path launcher = system();
        Map<String, Object> message = new HashMap<>();
        message.put("service", ProcessHandle.current().pid());
        message.put("uid", settings.uid());
        message.put("bwrap", settings.bwrap() == null ? "" : settings.bwrap().toString());
        message.put(
                "python",
                settings.python() == null
                        ? launcher.toString()
                        : settings.python().toString());
        message.put("python_folders", settings.python() == null ? List.of() : folders(settings.python()));
        message.put("inside", INSIDE);
        message.put(
                "code", Map.of("path", file.path().toAbsolutePath().toString(), "name", name(file), "sha256", sha256));
        message.put("socket", socket == null ? "" : socket.toString());
        message.put("limits", settings.limits());
        message.put("call", Map.of("function", role.function(), "signature", role.signature()));
        message.put("java", file instanceof CodeFile.Jar jar ? java(jar) : Map.of());
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "-I", "-S", "-X", "utf8", "-c", LAUNCHER);
        builder.environment().clear();
        builder.directory(new File("/"));
        Process process = builder.start();
        byte[] bytes = EventCodec.json().writeValueAsBytes(message);
        DataOutputStream out = new DataOutputStream(process.getOutputStream());
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
        return process;
    }

    private static String name(CodeFile file) {
        return file.path().getFileName().toString();
    }

    private Map<String, Object> java(CodeFile.Jar jar) {
        return Map.of(
                "home",
                System.getProperty("java.home"),
                "classpath",
                ClassPath.own(),
                "arguments",
                List.of(
                        "-Xmx" + settings.heap() + "m",
                        "-Xss512k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:MaxMetaspaceSize=192m",
                        "-XX:CompressedClassSpaceSize=64m",
                        "-XX:ReservedCodeCacheSize=64m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+DisplayVMOutputToStderr", // standard output has the frames
                        "-Xlog:disable",
                        "-Xlog:all=warning:stderr",
                        "-XX:-UsePerfData",
                        "-XX:+DisableAttachMechanism",
                        "-Djava.awt.headless=true",
                        "-Dfile.encoding=UTF-8",
                        "dev.hone.worker.inside.WorkerMain",
                        role.guest(),
                        "/opt/hone/code/" + name(jar),
                        jar.className(),
                        role.noun()));
    }

    /// What an interpreter outside of /usr consists of: its folder, and that of the interpreter that it stands for.
    private static List<String> folders(Path python) throws IOException {
        return List.of(python, python.toRealPath()).stream()
                .map(program -> program.toAbsolutePath().resolve("../..").normalize())
                .filter(folder -> !folder.startsWith("/usr"))
                .map(Path::toString)
                .distinct()
                .toList();
    }

    private static Path system() throws WorkerFailedException {
        return INTERPRETERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new WorkerFailedException(
                        "worker-unavailable",
                        "Python 3 is missing (looked for " + INTERPRETERS
                                + "); install the package 'python3', for example with: apt-get install python3.",
                        false));
    }

    private static String source(String name) {
        try (InputStream resource = JailLauncher.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("The resource " + name + " is missing; build worker again");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
