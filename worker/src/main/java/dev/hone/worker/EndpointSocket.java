package dev.hone.worker;

import dev.hone.contracts.EventCodec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outside end of a worker's one way out: a Unix socket that passes on requests to the endpoint of an episode that
/// the
/// worker works on, with that episode's key, and nothing else. A connection carries one request.
final class EndpointSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointSocket.class);

    /// Below the base URL.
    private static final Set<String> OPEN = Set.of(
            "POST /chat/completions",
            "GET /models",
            "POST /tools/execute_python_code",
            "GET /environment",
            "POST /environment/step");

    private static final String PREFIX = "/v1";
    private static final int MAX_CONNECTIONS = 256;

    private final Path path;
    private final ServerSocketChannel server;
    private final Map<String, URI> keys = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private EndpointSocket(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /// Opens a socket in a folder of its own, which only this user can enter, or as root the workers' user.
    static EndpointSocket open(int uid) throws IOException {
        Path folder = Files.createTempDirectory("hone-worker-");
        Path path = folder.resolve("endpoint");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        EndpointSocket socket = new EndpointSocket(path, server);
        try {
            server.bind(UnixDomainSocketAddress.of(path), 128);
            if (Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"))) {
                for (Path each : new Path[] {folder, path}) {
                    Files.setAttribute(each, "unix:gid", uid);
                    Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwx---"));
                }
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x---"));
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Thread.ofPlatform().daemon().name("worker-endpoint").start(socket::accept);
        return socket;
    }

    Path path() {
        return path;
    }

    void allow(Access access) {
        keys.put(access.apiKey(), access.baseUrl());
    }

    void forbid(Access access) {
        keys.remove(access.apiKey());
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                if (free.tryAcquire()) {
                    Thread.ofVirtual().name("worker-request").start(() -> {
                        try {
                            serve(channel);
                        } finally {
                            free.release();
                        }
                    });
                } else {
                    channel.close();
                }
            }
        } catch (ClosedChannelException e) {
            // the worker has ended
        } catch (IOException e) {
            LOG.warn("A worker's socket takes no more requests: {}", e.toString());
        }
    }

    private void serve(SocketChannel channel) {
        try (channel;
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            try {
                pass(PlainRequest.read(new BufferedInputStream(Channels.newInputStream(channel))), out);
            } catch (PlainRequest.RefusedException e) {
                refuse(out, e.status(), String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            LOG.debug("A worker's request ended early", e);
        }
    }

    private void pass(PlainRequest request, OutputStream out) throws IOException, PlainRequest.RefusedException {
        String path = request.path();
        if (!path.startsWith(PREFIX) || !OPEN.contains(request.method() + " " + path.substring(PREFIX.length()))) {
            throw new PlainRequest.RefusedException(404, request.method() + " " + path + " is not open to a worker.");
        }
        String authorization = request.headers().getOrDefault("authorization", "");
        URI base = authorization.startsWith("Bearer ") ? keys.get(authorization.substring("Bearer ".length())) : null;
        if (base == null) {
            throw new PlainRequest.RefusedException(401, "This is no key of an episode that runs here.");
        }
        HttpRequest.Builder onward = HttpRequest.newBuilder(URI.create(base + path.substring(PREFIX.length())))
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()))
                .header("Authorization", authorization);
        for (String name : new String[] {"content-type", "accept"}) {
            if (request.headers().containsKey(name)) {
                onward.header(name, request.headers().get(name));
            }
        }
        try {
            answer(http.send(onward.build(), HttpResponse.BodyHandlers.ofInputStream()), out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.net.ConnectException e) {
            refuse(out, 502, "The episode's endpoint cannot be reached.");
        }
    }

    private static void answer(HttpResponse<InputStream> response, OutputStream out) throws IOException {
        try (InputStream body = response.body()) {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + response.statusCode() + " -\r\n");
            for (String name : new String[] {"content-type", "content-length", "retry-after"}) {
                response.headers().firstValue(name).ifPresent(value -> head.append(name + ": " + value + "\r\n"));
            }
            out.write(head.append("connection: close\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            byte[] buffer = new byte[8192];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush(); // a streamed answer goes on as it comes
            }
        }
    }

    /// An error as OpenAI's clients read it.
    private static void refuse(OutputStream out, int status, String message) throws IOException {
        byte[] body = EventCodec.json()
                .writeValueAsBytes(Map.of("error", Map.of("message", message, "type", "invalid_request_error")));
        out.write(("HTTP/1.1 " + status + " -\r\ncontent-type: application/json\r\ncontent-length: " + body.length
                        + "\r\nconnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
            Files.deleteIfExists(path.getParent());
        } catch (IOException e) {
            LOG.debug("The launcher removes {} as well", path, e);
        }
    }
}
