package dev.hone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is left of a worker when its service is killed, or ends it: nothing.
@Timeout(90)
class OrphanTests {

    private static final String STUBBORN = """
            import os, signal, threading
            os._exit = lambda code: threading.Event().wait()
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            def run(task, tuner):
                tuner.run_python("started")
                while True:
                    pass
            """;

    @TempDir
    private Path folder;

    @Test
    void aKilledServiceLeavesNeitherProcessNorFile() throws Exception {
        Path file = Files.writeString(folder.resolve("agent.py"), STUBBORN);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        Process service = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrphanMain.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        List<ProcessHandle> jail = pids(service);
        assertThat(jail).hasSizeGreaterThanOrEqualTo(3).allMatch(ProcessHandle::isAlive);
        assertThat(sockets(temporary)).hasSize(1);

        service.destroyForcibly();

        CompletableFuture.allOf(jail.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .get(20, TimeUnit.SECONDS);
        for (int i = 0; i < 100 && !sockets(temporary).isEmpty(); i++) {
            new java.util.concurrent.CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
        assertThat(sockets(temporary)).isEmpty();
    }

    private static List<ProcessHandle> pids(Process service) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(service.getInputStream()));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("pids ")) {
                return Stream.of(line.substring(5).split(" "))
                        .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                        .toList();
            }
        }
        throw new IOException("The service said nothing of its processes");
    }

    private static List<Path> sockets(Path temporary) throws IOException {
        try (Stream<Path> all = Files.list(temporary)) {
            return all.filter(path -> path.getFileName().toString().startsWith("hone-worker-"))
                    .toList();
        }
    }
}
