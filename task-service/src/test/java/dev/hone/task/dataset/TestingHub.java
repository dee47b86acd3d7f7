package dev.hone.task.dataset;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A hub on loopback with one dataset, `lab/sums`, whose faults can be chosen. It lists one file a page.
final class TestingHub implements AutoCloseable {

    static final String DATASET = "lab/sums";
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /// What was asked: method and path, range, and the token if there was one.
    record Request(String path, String range, String token) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final HttpServer server;
    private String requiredToken = "";
    private String storage = "";
    private int cutAfter = -1;
    private int failures;
    private int extraListedBytes;

    TestingHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    TestingHub file(String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// Only this token is let in.
    TestingHub requireToken(String token) {
        requiredToken = token;
        return this;
    }

    /// Contents are redirected to another address.
    TestingHub storeAt(URI address) {
        storage = address.toString();
        return this;
    }

    /// The next answer with a content breaks off after so many bytes.
    TestingHub cutOnceAfter(int bytes) {
        cutAfter = bytes;
        return this;
    }

    /// So many requests are answered with 503 first.
    TestingHub failFirst(int requestCount) {
        failures = requestCount;
        return this;
    }

    /// The list says that files are larger than they are.
    TestingHub listTooManyBytes(int extra) {
        extraListedBytes = extra;
        return this;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
        requests.add(new Request(path, range, token));
        String tree = "/api/datasets/" + DATASET + "/tree/" + COMMIT;
        String contents = "/datasets/" + DATASET + "/resolve/" + COMMIT + "/";
        if (failures > 0) {
            failures--;
            text(exchange, 503, "busy");
        } else if (!requiredToken.isEmpty() && !token.equals("Bearer " + requiredToken)) {
            text(exchange, 401, "{\"error\": \"Invalid credentials\"}");
        } else if (path.equals("/api/datasets/" + DATASET + "/revision/main")) {
            text(exchange, 200, "{\"sha\": \"" + COMMIT + "\"}");
        } else if (path.equals(tree)) {
            page(exchange);
        } else if (path.startsWith(contents) && !storage.isEmpty()) {
            exchange.getResponseHeaders().set("Location", storage + path);
            text(exchange, 302, "");
        } else if (path.startsWith(contents) && files.containsKey(path.substring(contents.length()))) {
            content(exchange, files.get(path.substring(contents.length())), range);
        } else {
            text(exchange, 404, "{\"error\": \"not found\"}");
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int page = query.contains("cursor=") ? Integer.parseInt(query.replaceAll(".*cursor=", "")) : 0;
        List<String> names = new ArrayList<>(files.keySet());
        if (page + 1 < names.size()) {
            exchange.getResponseHeaders()
                    .set(
                            "Link",
                            "<" + address() + exchange.getRequestURI().getPath() + "?recursive=true&cursor="
                                    + (page + 1) + ">; rel=\"next\"");
        }
        String name = names.get(page);
        byte[] bytes = files.get(name);
        long size = bytes.length + extraListedBytes;
        String lfs = name.endsWith(".jsonl")
                ? ", \"lfs\": {\"oid\": \"%s\", \"size\": %d}".formatted(digest("SHA-256", "", bytes), size)
                : "";
        text(exchange, 200, """
                [{"type": "directory", "path": "somewhere", "oid": "x", "size": 0},
                 {"type": "file", "path": "%s", "size": %d, "oid": "%s"%s}]
                """.formatted(
                        name.replace("\\", "\\\\"), size, digest("SHA-1", "blob " + bytes.length + "\0", bytes), lfs));
    }

    private void content(HttpExchange exchange, byte[] bytes, String range) throws IOException {
        int from = range.startsWith("bytes=") ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
        int length = bytes.length - from;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
        int sent = cutAfter >= 0 ? Math.min(cutAfter, length) : length;
        cutAfter = -1;
        OutputStream out = exchange.getResponseBody();
        out.write(bytes, from, sent);
        out.flush();
        if (sent < length) {
            throw new IOException("the server closes a connection whose handler throws");
        }
        exchange.close();
    }

    private static void text(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String digest(String algorithm, String prefix, byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(prefix.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
