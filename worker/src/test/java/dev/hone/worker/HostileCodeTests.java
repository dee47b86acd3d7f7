package dev.hone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Code that is after the database's password, the host's files, the network, other processes and other episodes' keys.
@Timeout(90)
class HostileCodeTests {

    private static final Role ROLE = new Role("agent", TestingGuest.class.getName(), "run", "run(task, tuner)");

    /// Attempts that come through outside of the jail, whoever runs the tests.
    private static final Set<String> OPEN_OUTSIDE = Set.of(
            "password in the environment",
            "password in the service's environment",
            "password in any environment",
            "password in any command line",
            "a file of the host",
            "the host's users",
            "TCP to a service of the host",
            "an abstract socket",
            "a socket of the host's files",
            "netlink",
            "signal the service",
            "fork",
            "execute a program",
            "8 GiB of memory",
            "memory without an address",
            "shared memory",
            "fill the disk",
            "write through a descriptor");

    @TempDir
    private Path folder;

    private final TestingEndpoint endpoint;
    private Victim victim;
    private Workers workers;

    HostileCodeTests() throws Exception {
        endpoint = new TestingEndpoint();
    }

    @BeforeEach
    void begin() throws Exception {
        WorkerSettings d = WorkerSettings.defaults();
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        victim = Victim.start(Files.createDirectory(folder.resolve("victim")));
        workers = new Workers(
                new WorkerSettings(null, null, d.uid(), 64, 1024, 64, 16, d.start(), Duration.ofMillis(300), d.idle()),
                ROLE,
                true);
    }

    @AfterEach
    void end() throws Exception {
        workers.close();
        victim.close();
        endpoint.close();
    }

    private WorkerAnswer call(CodeFile file, Map<String, String> more) throws Exception {
        Map<String, String> metadata = new HashMap<>(victim.whereabouts());
        metadata.putAll(more);
        return workers.call("run-1", file, WorkersTests.request(metadata, "key-1"), endpoint.access("key-1"));
    }

    private static Map<String, String> gotThrough(JsonNode outcome) {
        Map<String, String> got = new TreeMap<>();
        outcome.forEachEntry((name, result) -> {
            if (!result.asString().startsWith("refused")) {
                got.put(name, result.asString());
            }
        });
        return got;
    }

    @Test
    void aPythonFileGetsNothing() throws Exception {
        CodeFile file = TestingCode.python(folder, TestingCode.resource("attacks.py"));
        JsonNode outcome = ((WorkerAnswer.Value) call(file, Map.of())).value();
        assertThat(outcome.size()).isGreaterThanOrEqualTo(28);
        assertThat(gotThrough(outcome)).isEmpty();
    }

    @Test
    void outsideOfTheJailTheSameAttemptsComeThrough() throws Exception {
        Path script = Files.writeString(folder.resolve("attacks.py"), TestingCode.resource("attacks.py"));
        ProcessBuilder outside = new ProcessBuilder(
                "/usr/bin/python3", script.toString(), EventCodec.json().writeValueAsString(victim.whereabouts()));
        outside.environment().put("DB_PASSWORD", Victim.SECRET);
        outside.redirectInput(
                Files.writeString(folder.resolve("open.txt"), "for reading").toFile());
        outside.redirectErrorStream(true);
        // A descriptor of a file that belongs to the user, as the class path of a worker would be.
        outside.command()
                .addAll(0, List.of("/bin/bash", "-c", "exec 7<\"$0\"; shift 0; exec \"$@\"", script.toString()));
        Process process = outside.start();
        JsonNode outcome =
                EventCodec.json().readTree(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        for (String name : OPEN_OUTSIDE) {
            assertThat(outcome.path(name).asString()).as(name).startsWith("got");
        }
    }

    @Test
    void aJarGetsNothing() throws Exception {
        CodeFile file = TestingCode.jar(folder, "Hostile", TestingCode.resource("Hostile.java.txt"));
        WorkerAnswer answer = call(file, Map.of());
        assertThat(answer).isInstanceOf(WorkerAnswer.Value.class);
        JsonNode outcome = ((WorkerAnswer.Value) answer).value();
        assertThat(outcome.size()).isGreaterThanOrEqualTo(12);
        assertThat(gotThrough(outcome)).isEmpty();
    }

    @Test
    void memoryAndThreadsHaveAnEndThatIsTheWorkersAlone() throws Exception {
        CodeFile jar = TestingCode.jar(folder, "Bomb", """
                import java.util.*;

                public class Bomb implements dev.hone.worker.TestingAgent {
                    static final List<Object> KEPT = new ArrayList<>();
                    public Map<String, String> run(Map<String, String> in) throws Exception {
                        if (in.get("say").equals("memory")) {
                            while (true) KEPT.add(new long[1 << 16]);
                        }
                        int threads = 0;
                        try {
                            for (; threads < 1000; threads++) Thread.ofPlatform().daemon().start(() -> {
                                try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException e) {}
                            });
                        } catch (OutOfMemoryError e) {
                            return Map.of("threads", "" + threads);
                        }
                        return Map.of("threads", "" + threads);
                    }
                }
                """);
        WorkerAnswer.Failed exploded = (WorkerAnswer.Failed) call(jar, Map.of("say", "memory"));
        assertThat(exploded.failure().code()).as(exploded.failure().message()).isEqualTo("worker-died");
        switch (call(jar, Map.of("say", "threads"))) {
            case WorkerAnswer.Value(JsonNode value, String sha256) ->
                assertThat(value.path("threads").asInt()).isLessThan(64);
            case WorkerAnswer.Failed(var failure) -> assertThat(failure.code()).isEqualTo("worker-died");
            case WorkerAnswer.Raised(String text, String kind) ->
                assertThat(text).contains("OutOfMemory");
        }
    }

    @Test
    void theWayOutLeadsToTheEpisodesEndpointAlone() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import socket

                def ask(request):
                    with socket.socket(socket.AF_UNIX) as out:
                        out.settimeout(5)
                        out.connect("/run/hone/endpoint")
                        out.sendall(request.replace("\\n", "\\r\\n").encode())
                        answer = b""
                        while data := out.recv(4096):
                            answer += data
                        return answer.decode().split(" ")[1] if answer else "nothing"

                def run(task, tuner):
                    key = "Authorization: Bearer " + tuner.api_key + "\\n"
                    return {
                        "own": ask("GET /v1/models HTTP/1.1\\n" + key + "\\n"),
                        "another's key": ask("GET /v1/models HTTP/1.1\\nAuthorization: Bearer key-2\\n\\n"),
                        "no key": ask("GET /v1/models HTTP/1.1\\n\\n"),
                        "another path": ask("GET /actuator/env HTTP/1.1\\n" + key + "\\n"),
                        "another path of the API": ask("POST /v1/files HTTP/1.1\\n" + key + "\\n"),
                        "a way around": ask("GET /v1/models/../../actuator/env HTTP/1.1\\n" + key + "\\n"),
                        "another host": ask("GET http://127.0.0.1:1/v1/models HTTP/1.1\\n" + key + "\\n"),
                        "a query": ask("GET /v1/models?x=/../../ HTTP/1.1\\n" + key + "\\n"),
                        "two lengths": ask("POST /v1/chat/completions HTTP/1.1\\n" + key
                                           + "Content-Length: 2\\nContent-Length: 3\\n\\n{}"),
                        "length and chunks": ask("POST /v1/chat/completions HTTP/1.1\\n" + key
                                                 + "Content-Length: 2\\nTransfer-Encoding: chunked\\n\\n{}"),
                        "two requests": ask("GET /v1/models HTTP/1.1\\n" + key + "\\nGET /actuator/env HTTP/1.1\\n" + key + "\\n"),
                        "chunks": ask("POST /v1/chat/completions HTTP/1.1\\n" + key
                                      + "Transfer-Encoding: chunked\\n\\n2\\n{}\\n0\\n\\n"),
                        "a huge head": ask("GET /v1/models HTTP/1.1\\nX: " + "x" * 20000 + "\\n\\n"),
                        "a huge body": ask("POST /v1/chat/completions HTTP/1.1\\n" + key + "Content-Length: 999999999\\n\\n"),
                    }
                """);
        // Another run's episode has its key open at the same time, in another worker.
        CodeFile other = new CodeFile.Python(Files.writeString(folder.resolve("other.py"), """
                import threading
                def run(task, tuner):
                    tuner.run_python("started")
                    threading.Event().wait()
                """));
        Thread neighbour = Thread.ofVirtual().start(() -> {
            try {
                workers.call("run-2", other, WorkersTests.request(Map.of(), "key-2"), endpoint.access("key-2"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(endpoint.codes.poll(30, java.util.concurrent.TimeUnit.SECONDS))
                .isEqualTo("started");
        endpoint.asked.clear();
        JsonNode outcome = ((WorkerAnswer.Value) call(file, Map.of())).value();
        neighbour.interrupt();
        Map<String, String> statuses = new HashMap<>();
        outcome.forEachEntry((name, status) -> statuses.put(name, status.asString()));
        assertThat(statuses)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("own", "200"),
                        Map.entry("another's key", "401"),
                        Map.entry("no key", "401"),
                        Map.entry("another path", "404"),
                        Map.entry("another path of the API", "404"),
                        Map.entry("a way around", "404"),
                        Map.entry("another host", "404"),
                        Map.entry("a query", "404"),
                        Map.entry("two lengths", "400"),
                        Map.entry("length and chunks", "400"),
                        Map.entry("two requests", "200"),
                        Map.entry("chunks", "200"),
                        Map.entry("a huge head", "431"),
                        Map.entry("a huge body", "413")));
        assertThat(endpoint.asked)
                .containsExactly(
                        "GET /v1/models Bearer key-1",
                        "GET /v1/models Bearer key-1",
                        "POST /v1/chat/completions Bearer key-1");
    }

    @Test
    void aKeyEndsWithItsEpisode() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                kept = []
                def run(task, tuner):
                    kept.append(tuner)
                    try:
                        return kept[0].run_python("1")
                    except RuntimeError as refused:
                        return str(refused)
                """);
        assertThat(call(file, Map.of())).isInstanceOf(WorkerAnswer.Value.class);
        WorkerAnswer.Value later = (WorkerAnswer.Value)
                workers.call("run-1", file, WorkersTests.request(Map.of(), "key-3"), endpoint.access("key-3"));
        assertThat(later.value().asString()).contains("answered 401");
    }
}
