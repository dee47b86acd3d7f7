package dev.hone.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What there is to attack: a process with a password in its environment and command line that listens on an abstract
/// socket, a listening port, a socket and a file that anybody may read.
record Victim(Process process, ServerSocket port, ServerSocketChannel socket, Path file) implements AutoCloseable {

    static final String SECRET = "hone-test-password";

    static Victim start(Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "/usr/bin/python3",
                "-c",
                "import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind('\\0hone-test-' + sys.argv[2]); s.listen();"
                        + " print('ready', flush=True); sys.stdin.read()",
                SECRET,
                Long.toString(ProcessHandle.current().pid()));
        builder.environment().put("DB_PASSWORD", SECRET);
        Process process = builder.start();
        new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        Path path = folder.resolve("host.sock");
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        socket.bind(UnixDomainSocketAddress.of(path));
        for (Path each : new Path[] {folder, path}) {
            Files.setPosixFilePermissions(each, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        return new Victim(
                process,
                new ServerSocket(0, 8, InetAddress.getLoopbackAddress()),
                socket,
                Files.writeString(folder.resolve("secret.txt"), SECRET));
    }

    /// Where everything is, for the attacker.
    Map<String, String> whereabouts() throws IOException {
        return Map.of(
                "secret", SECRET,
                "pid", Long.toString(process.pid()),
                "file", file.toString(),
                "tcp", Integer.toString(port.getLocalPort()),
                "abstract", "hone-test-" + ProcessHandle.current().pid(),
                "socket", file.resolveSibling("host.sock").toString());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        port.close();
        socket.close();
    }
}
