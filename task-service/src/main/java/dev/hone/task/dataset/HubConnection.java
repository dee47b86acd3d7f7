package dev.hone.task.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The hub's HTTP interface, as far as datasets go. Redirects are followed; the token goes to the endpoint's own host
/// alone.
final class HubConnection {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final int REDIRECTS = 10;
    private static final int BUFFER = 1 << 16;
    private static final long REPORT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"next\"");

    private final URI endpoint;
    private final String token;
    private final Duration readTimeout;
    private final Duration pause;

    /// @param token empty: none
    /// @param readTimeout longest silence in the middle of an answer
    /// @param pause before the second attempt; twice as long before each further one
    HubConnection(URI endpoint, String token, Duration readTimeout, Duration pause) {
        this.endpoint = endpoint;
        this.token = token;
        this.readTimeout = readTimeout;
        this.pause = pause;
    }

    static HubConnection fromEnvironment(Map<String, String> environment) {
        String address = environment.getOrDefault("HF_ENDPOINT", "").strip().replaceAll("/+$", "");
        URI endpoint = URI.create(address.isEmpty() ? "https://huggingface.co" : address);
        if (endpoint.getHost() == null || !List.of("http", "https").contains(endpoint.getScheme())) {
            throw new HubException(
                    "HF_ENDPOINT is '" + address + "', which is no address; set it like https://huggingface.co.",
                    false);
        }
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        return new HubConnection(endpoint, token, Duration.ofSeconds(60), Duration.ofSeconds(1));
    }

    /// The commit that a branch, tag or commit stands for.
    String commit(String dataset, String revision) throws IOException {
        String address = endpoint + "/api/datasets/" + encoded(dataset) + "/revision/" + one(revision);
        return json(open(address, dataset, 0), address).path("sha").asString(revision);
    }

    /// Every file, whatever number of pages the list has.
    List<HubFile> files(String dataset, String commit) throws IOException {
        List<HubFile> files = new ArrayList<>();
        String next = endpoint + "/api/datasets/" + encoded(dataset) + "/tree/" + one(commit) + "?recursive=true";
        while (!next.isEmpty()) {
            HttpURLConnection answer = open(next, dataset, 0);
            Matcher link = NEXT_PAGE.matcher(String.valueOf(answer.getHeaderField("Link")));
            for (JsonNode entry : json(answer, next)) {
                if (entry.path("type").asString("").equals("file")) {
                    JsonNode lfs = entry.path("lfs");
                    files.add(new HubFile(
                            entry.path("path").asString(),
                            lfs.path("size").asLong(entry.path("size").asLong(0)),
                            lfs.path("oid").asString("").replaceFirst("^sha256:", ""),
                            lfs.isObject() ? "" : entry.path("oid").asString("")));
                }
            }
            next = link.find() ? URI.create(next).resolve(link.group(1)).toString() : "";
        }
        return files;
    }

    /// Appends to the unfinished file what it lacks. The answer may end early: the caller compares sizes.
    void fetch(String dataset, String commit, HubFile file, Path part, Consumer<Long> progress) throws IOException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        String address =
                endpoint + "/datasets/" + encoded(dataset) + "/resolve/" + one(commit) + "/" + encoded(file.path());
        HttpURLConnection answer = open(address, dataset, have);
        boolean goesOn = answer.getResponseCode() == HttpURLConnection.HTTP_PARTIAL;
        long bytes = goesOn ? have : 0;
        long reported = System.nanoTime();
        try (InputStream in = answer.getInputStream();
                OutputStream out = Files.newOutputStream(
                        part,
                        StandardOpenOption.CREATE,
                        goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                write(out, buffer, read, part);
                bytes += read;
                if (bytes > file.size()) {
                    return; // more than listed: the caller refuses it
                }
                if (System.nanoTime() - reported > REPORT_EVERY_NANOS) {
                    reported = System.nanoTime();
                    progress.accept(bytes);
                }
            }
        } finally {
            answer.disconnect();
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length, Path part) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new HubException(
                    "Cannot write " + part + ": " + e + "; free space, then run the command again to go on.", e);
        }
    }

    /// Tries again what may succeed then.
    <T> T retrying(int attempts, Callable<T> call) throws InterruptedException {
        RetryTemplate template = new RetryTemplate(RetryPolicy.builder()
                .maxRetries(attempts - 1)
                .delay(pause)
                .multiplier(2)
                .predicate(failure -> failure instanceof HubException hub && hub.retryable())
                .build());
        try {
            return template.execute(() -> once(call));
        } catch (RetryException e) {
            switch (e.getCause()) {
                case InterruptedException interrupted -> {
                    Thread.interrupted(); // the exception says so
                    throw interrupted;
                }
                case RuntimeException failure -> throw failure;
                default -> throw new IllegalStateException(e);
            }
        }
    }

    private <T> T once(Callable<T> call) throws Exception {
        try {
            return call.call();
        } catch (IOException e) {
            HubException failure = new HubException(
                    endpoint + " cannot be reached: " + e
                            + "; check the network or HF_ENDPOINT, then run the command again to go on.",
                    true);
            failure.initCause(e);
            throw failure;
        }
    }

    /// @param from first byte wanted; 0: all of them
    private HttpURLConnection open(String address, String dataset, long from) throws IOException {
        URI uri = URI.create(address);
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            if (!List.of("http", "https").contains(uri.getScheme())) {
                throw new HubException("The hub redirects to " + uri + ", which is no web address.", false);
            }
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
            connection.setReadTimeout((int) readTimeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("User-Agent", "hone");
            connection.setRequestProperty("Accept-Encoding", "identity");
            if (!token.isEmpty() && sameHost(uri)) {
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_PARTIAL) {
                return connection;
            }
            String location = connection.getHeaderField("Location");
            connection.disconnect();
            if (status / 100 != 3 || location == null) {
                throw refused(status, uri, dataset);
            }
            uri = uri.resolve(location);
        }
        throw new HubException(address + " redirects more than " + REDIRECTS + " times.", false);
    }

    private boolean sameHost(URI uri) {
        return endpoint.getScheme().equals(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && endpoint.getPort() == uri.getPort();
    }

    private HubException refused(int status, URI uri, String dataset) {
        return switch (status) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                new HubException(
                        endpoint + " refuses dataset '" + dataset + "' (" + status + "): it is private, gated or"
                                + " misspelt. "
                                + (token.isEmpty()
                                        ? "Set HF_TOKEN to a token that may read it."
                                        : "Accept its terms on the hub, or set HF_TOKEN to a token that may read it."),
                        false);
            case HttpURLConnection.HTTP_NOT_FOUND ->
                new HubException(
                        "Not found: " + uri + "; correct the dataset's name ('" + dataset + "') or --revision.", false);
            case RANGE_NOT_SATISFIABLE ->
                new HubException(uri + " has no such range; delete the .part files and run the command again.", false);
            default ->
                new HubException(
                        uri + " answers " + status + "; run the command again later to go on.",
                        status >= 500 || status == TOO_MANY_REQUESTS);
        };
    }

    private static JsonNode json(HttpURLConnection answer, String address) throws IOException {
        try (InputStream in = answer.getInputStream()) {
            return JSON.readTree(in);
        } catch (JacksonException e) {
            throw new HubException(address + " does not answer as a hub does; correct HF_ENDPOINT.", false);
        }
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/", -1)).map(HubConnection::one).collect(Collectors.joining("/"));
    }

    private static String one(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
