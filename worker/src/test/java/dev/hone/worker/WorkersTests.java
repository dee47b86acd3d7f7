package dev.hone.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class WorkersTests {

    private static final Role ROLE = new Role("agent", TestingGuest.class.getName(), "run", "run(task, tuner)");
    private static final String ECHO = "def run(task, tuner):\n    return task.metadata['say']\n";

    @TempDir
    private Path folder;

    private final TestingEndpoint endpoint;
    private final Workers workers = new Workers(settings(Duration.ofMinutes(2)), ROLE, true);

    WorkersTests() throws Exception {
        endpoint = new TestingEndpoint();
    }

    @AfterEach
    void end() {
        workers.close();
        endpoint.close();
    }

    private static WorkerSettings settings(Duration idle) {
        WorkerSettings d = WorkerSettings.defaults();
        return new WorkerSettings(
                null, null, d.uid(), 64, 1024, d.threads(), d.tmp(), d.start(), Duration.ofMillis(300), idle);
    }

    static ObjectNode request(Map<String, String> metadata, String key) {
        ObjectNode request = EventCodec.json().createObjectNode().put("api_key", key);
        request.set(
                "task",
                EventCodec.json().valueToTree(Map.of("taskId", "train-1", "query", "17 * 23?", "metadata", metadata)));
        request.set("settings", EventCodec.json().valueToTree(Map.of("maxIters", 2)));
        return request;
    }

    private WorkerAnswer call(CodeFile file, Map<String, String> metadata) throws InterruptedException {
        return workers.call("run-1", file, request(metadata, "key-1"), endpoint.access("key-1"));
    }

    private static Failure failure(WorkerAnswer answer) {
        assertThat(answer).isInstanceOf(WorkerAnswer.Failed.class);
        return ((WorkerAnswer.Failed) answer).failure();
    }

    @Test
    void aPythonFileSolvesItsTaskThroughTheEndpoint() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                def run(task, tuner):
                    print("this goes to the log, not between the frames")
                    said = tuner.chat([{"role": "user", "content": task.query}])
                    return {"said": said["content"], "ran": tuner.run_python("print(1)"), "turns": tuner.settings["maxIters"]}
                """);
        WorkerAnswer.Value answer = (WorkerAnswer.Value) call(file, Map.of());
        assertThat(answer.value().toString())
                .isEqualTo("{\"said\":\"1 messages\",\"ran\":\"ran: print(1)\",\"turns\":2}");
        assertThat(answer.sha256()).isEqualTo(file.sha256()).hasSize(64);
        assertThat(endpoint.asked)
                .containsExactly(
                        "POST /v1/chat/completions Bearer key-1", "POST /v1/tools/execute_python_code Bearer key-1");
    }

    @Test
    void aJarSolvesItsTaskThroughTheEndpoint() throws Exception {
        CodeFile file = TestingCode.jar(folder, "Solver", """
                import java.net.URI;
                import java.net.http.*;
                import java.util.Map;

                public class Solver implements dev.hone.worker.TestingAgent {
                    public Map<String, String> run(Map<String, String> in) throws Exception {
                        System.out.println("this goes to the log, not between the frames");
                        try (HttpClient http = HttpClient.newHttpClient()) {
                            return Map.of("said", http.send(
                                    HttpRequest.newBuilder(URI.create(in.get("base_url") + "/chat/completions"))
                                            .header("Authorization", "Bearer " + in.get("api_key"))
                                            .POST(HttpRequest.BodyPublishers.ofString("{\\"messages\\": [1, 2]}"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString()).body());
                        }
                    }
                }
                """);
        WorkerAnswer.Value answer = (WorkerAnswer.Value) call(file, Map.of());
        assertThat(answer.value().path("said").asString()).contains("2 messages");
        assertThat(endpoint.asked).containsExactly("POST /v1/chat/completions Bearer key-1");
    }

    @Test
    void oneWorkerServesManyCallsAtOnce() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import os, threading
                meeting = threading.Barrier(16)
                def run(task, tuner):
                    meeting.wait()
                    return [os.getpid(), task.metadata["say"]]
                """);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = java.util.stream.IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> call(file, Map.of("say", "" + i))))
                    .toList();
            for (int i = 0; i < 16; i++) {
                WorkerAnswer.Value answer = (WorkerAnswer.Value) answers.get(i).get();
                assertThat(answer.value().get(1).asString()).isEqualTo("" + i);
            }
        }
        assertThat(workers.size()).isEqualTo(1);
    }

    @Test
    void anExceptionOfTheCodeIsToldAndTheWorkerGoesOn() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import hone
                def run(task, tuner):
                    if task.metadata["say"] == "none":
                        raise hone.Unjudgeable("there is no answer")
                    return 1 / int(task.metadata["say"])
                """);
        assertThat(call(file, Map.of("say", "0")))
                .isEqualTo(new WorkerAnswer.Raised("ZeroDivisionError: division by zero", "error"));
        assertThat(call(file, Map.of("say", "none")))
                .isEqualTo(new WorkerAnswer.Raised("there is no answer", "unjudgeable"));
        assertThat(call(file, Map.of("say", "2"))).isInstanceOf(WorkerAnswer.Value.class);
    }

    @Test
    void aWorkerThatDiesFailsItsCallsAndIsReplaced() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import os, sys
                def run(task, tuner):
                    if task.metadata["say"] == "die":
                        print("last words", file=sys.stderr, flush=True)
                        os._exit(9)
                    return "alive"
                """);
        assertThat(failure(call(file, Map.of("say", "die")))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo("worker-died");
            assertThat(failure.message()).contains("agent.py ended its worker: last words");
            assertThat(failure.retryable()).isTrue();
        });
        assertThat(call(file, Map.of("say", "go on"))).isInstanceOf(WorkerAnswer.Value.class);
    }

    @Test
    void aWorkerThatAnswersNonsenseOrFloodsIsEnded() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import os, sys
                frames = max(fd for fd in range(3, 64) if os.path.exists("/proc/self/fd/%d" % fd)
                             and os.readlink("/proc/self/fd/%d" % fd).startswith("pipe:"))
                def run(task, tuner):
                    if task.metadata["say"] == "print":
                        while True: sys.stderr.write("x" * 65536)
                    os.write(frames, eval(task.metadata["say"]))
                    import threading; threading.Event().wait()
                """);
        assertThat(failure(call(file, Map.of("say", "b'\\0\\0\\0\\x02[]'"))).code())
                .isEqualTo("worker-nonsense");
        assertThat(failure(call(file, Map.of("say", "b'\\0\\0\\0\\x14{\"id\":99,\"value\":12}'")))
                        .code())
                .isEqualTo("worker-nonsense");
        assertThat(failure(call(file, Map.of("say", "b'\\x7f\\0\\0\\0'"))).code())
                .isEqualTo("worker-flooded");
        assertThat(failure(call(file, Map.of("say", "print"))).code()).isEqualTo("worker-flooded");
    }

    @Test
    void aCallThatHeedsItsInterruptionLeavesTheWorkerToOthers() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import os
                def run(task, tuner):
                    if task.metadata["say"] == "loop":
                        tuner.run_python("started")
                        while True: pass
                    return os.getpid()
                """);
        interrupted(file);
        assertThat(call(file, Map.of("say", "pid"))).isInstanceOf(WorkerAnswer.Value.class);
        assertThat(workers.size()).isEqualTo(1);
    }

    @Test
    void aCallThatHangsCostsItsWorkerNotTheOthers() throws Exception {
        CodeFile file = TestingCode.python(folder, """
                import threading, time
                hung = threading.Event()
                def run(task, tuner):
                    started = False
                    while task.metadata["say"] == "loop":
                        try:
                            if not started:
                                started = True
                                tuner.run_python("started")
                            while True: time.sleep(0.01)
                        except BaseException:
                            hung.set()
                    if task.metadata["say"] == "wait":
                        hung.wait()
                        return "done"
                    return "in a fresh worker" if not hung.is_set() else "in the old one"
                """);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<WorkerAnswer> other = threads.submit(() -> call(file, Map.of("say", "wait")));
            interrupted(file);
            assertThat(other.get()).isInstanceOf(WorkerAnswer.Value.class);
        }
        String where = "";
        for (int i = 0; i < 100 && !where.equals("in a fresh worker"); i++) {
            new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
            where = ((WorkerAnswer.Value) call(file, Map.of("say", "where")))
                    .value()
                    .asString();
        }
        assertThat(where).isEqualTo("in a fresh worker");
    }

    /// Has a call begin, and interrupts it.
    private void interrupted(CodeFile file) throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                call(file, Map.of("say", "loop"));
            } catch (InterruptedException e) {
                ended.complete(e);
            }
        });
        assertThat(endpoint.codes.poll(20, TimeUnit.SECONDS)).isEqualTo("started");
        caller.interrupt();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatIsWrongWithAFileIsSaidInOneSentence() throws Exception {
        Path nowhere = folder.resolve("nowhere.py");
        assertThat(workers.problem(new CodeFile.Python(nowhere)))
                .get()
                .asString()
                .startsWith("The file " + nowhere + " cannot be read");
        assertThat(workers.problem(TestingCode.python(folder, "def walk(task): pass")))
                .contains("agent.py has no function run(task, tuner); define it.");
        assertThat(workers.problem(TestingCode.python(folder, "import nothing_like_it")))
                .contains(
                        "agent.py cannot be loaded: ModuleNotFoundError: No module named 'nothing_like_it'; correct it.");
        assertThat(workers.problem(TestingCode.python(folder, ECHO))).isEmpty();
        CodeFile jar = TestingCode.jar(folder, "Other", "public class Other { static { System.err.println(1); } }");
        assertThat(workers.problem(jar))
                .contains("Other in agent.jar is no agent; let it implement " + TestingAgent.class.getName() + ".");
        assertThat(workers.problem(new CodeFile.Jar(jar.path(), "Another")))
                .contains("agent.jar has no class Another; correct the name.");
        CodeFile closed = TestingCode.jar(
                folder,
                "Closed",
                "public class Closed implements dev.hone.worker.TestingAgent { Closed(int i) {}"
                        + " public java.util.Map<String, String> run(java.util.Map<String, String> in) { return in; } }");
        assertThat(workers.problem(closed))
                .contains("Closed in agent.jar has no public constructor without parameters; give it one.");
        assertThat(workers.size()).isZero();
    }

    @Test
    void runsHaveWorkersOfTheirOwnThatEndWithThem() throws Exception {
        CodeFile file = TestingCode.python(folder, ECHO);
        call(file, Map.of("say", "1"));
        workers.call("run-2", file, request(Map.of("say", "2"), "key-2"), endpoint.access("key-2"));
        assertThat(workers.size()).isEqualTo(2);
        workers.end("run-2");
        assertThat(workers.size()).isEqualTo(1);
    }

    @Test
    void aWorkerWithoutCallsEndsAndAnotherOneBegins() throws Exception {
        CodeFile file = TestingCode.python(folder, ECHO);
        try (Workers brief = new Workers(settings(Duration.ofMillis(50)), ROLE, false)) {
            for (int i = 0; i < 3; i++) {
                WorkerAnswer answer = brief.call("run-1", file, request(Map.of("say", "hello"), "-"), null);
                assertThat(answer).isInstanceOf(WorkerAnswer.Value.class);
                long end = System.nanoTime() + 20_000_000_000L;
                while (brief.size() > 0 && System.nanoTime() < end) {
                    new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
                }
                assertThat(brief.size()).isZero();
            }
        }
    }

    @Test
    void theFileThatRunsIsTheOneThatWasHashed() throws Exception {
        CodeFile file = TestingCode.python(folder, ECHO);
        String before = file.sha256();
        assertThat(((WorkerAnswer.Value) call(file, Map.of("say", "1"))).sha256())
                .isEqualTo(before);
        Files.writeString(file.path(), "def run(task, tuner): return 'another'");
        WorkerAnswer.Value same = (WorkerAnswer.Value) call(file, Map.of("say", "1"));
        assertThat(same.value().asString() + same.sha256()).isEqualTo("1" + before);
        WorkerAnswer.Value other =
                (WorkerAnswer.Value) workers.call("run-2", file, request(Map.of(), "key-2"), endpoint.access("key-2"));
        assertThat(other.value().asString() + other.sha256()).isEqualTo("another" + file.sha256());
    }

    @Test
    void withoutAJailNothingRuns() throws Exception {
        CodeFile file = TestingCode.python(folder, ECHO);
        Path refuses = Files.writeString(
                folder.resolve("bwrap"),
                "#!/bin/sh\necho 'bwrap: No permissions to create new" + " namespace' >&2\nexit 1\n");
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(refuses, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        WorkerSettings d = WorkerSettings.defaults();
        WorkerSettings broken = new WorkerSettings(
                null, refuses, d.uid(), 64, 1024, d.threads(), d.tmp(), d.start(), d.grace(), d.idle());
        try (Workers none = new Workers(broken, ROLE, true)) {
            Failure failure = failure(none.call("run-1", file, request(Map.of("say", "1"), "k"), endpoint.access("k")));
            assertThat(failure.code()).isEqualTo("worker-unavailable");
            assertThat(failure.retryable()).isFalse();
            assertThat(failure.message())
                    .startsWith(
                            "The jail of a worker could not be set up: bwrap: No permissions to create new namespace.")
                    .contains("allow unprivileged user namespaces");
        }
    }
}
