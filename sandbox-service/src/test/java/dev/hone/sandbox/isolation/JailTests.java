package dev.hone.sandbox.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.sandbox.RunningSandbox;
import dev.hone.sandbox.SandboxApplication;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The life of the jail: fails closed, is replaced when lost, leaves nothing behind.
@Timeout(120)
class JailTests {
    /// Processes below the daemon: bubblewrap outside and inside, the first Python and the fork server.
    private static final int IDLE = 4;

    @Test
    void readinessNamesTheMissingPackageAndNothingRuns() {
        try (RunningSandbox sandbox = RunningSandbox.start("--sandbox.jail.bwrap=/nonexistent/bwrap")) {
            assertThat(sandbox.post("{\"code\": \"print(1)\"}").statusCode()).isEqualTo(503);
            assertThat(sandbox.post("{\"code\": \"print(1)\"}").body()).contains("install the package 'bubblewrap'");
            assertThat(sandbox.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(sandbox.get("/actuator/health/readiness").body()).contains("install the package 'bubblewrap'");
            assertThat(sandbox.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void readinessNamesWhatToAllowWhenThereIsNoJail() {
        try (RunningSandbox sandbox = RunningSandbox.start("--sandbox.jail.bwrap=/usr/bin/false")) {
            assertThat(sandbox.post("{\"code\": \"print(1)\"}").body()).contains("allow unprivileged user namespaces");
            assertThat(sandbox.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void readyAfterTheSelfTest() {
        try (RunningSandbox sandbox = RunningSandbox.start()) {
            sandbox.run("print(1)");
            assertThat(sandbox.get("/actuator/health/readiness").body())
                    .contains("\"status\":\"UP\"")
                    .contains("\"isolation\":\"namespaces\"");
        }
    }

    @Test
    void aCallIsRunAgainWhenTheJailIsLostUnderIt() throws Exception {
        try (RunningSandbox sandbox = RunningSandbox.start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            sandbox.run("print('warm')");
            Future<String> answer = callers.submit(() ->
                    sandbox.run("import time; time.sleep(2); print('again')").stdout());
            awaitCalls(1);
            RunningSandbox.daemons().forEach(ProcessHandle::destroyForcibly);
            assertThat(answer.get()).isEqualTo("again\n");
            assertThat(sandbox.get("/actuator/prometheus").body())
                    .contains("sandbox_reruns_total{isolation=\"namespaces\"} 1.0");
        }
    }

    @Test
    void aCallThatLosesTwoJailsIsRefused() throws Exception {
        try (RunningSandbox sandbox = RunningSandbox.start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            sandbox.run("print('warm')");
            Future<Integer> answer = callers.submit(() ->
                    sandbox.post("{\"code\": \"import time; time.sleep(8)\"}").statusCode());
            for (int i = 0; i < 2; i++) {
                awaitCalls(1);
                RunningSandbox.daemons().forEach(JailTests::killAndAwait);
            }
            assertThat(answer.get()).isEqualTo(503);
            awaitReady(sandbox);
            assertThat(sandbox.run("print('recovered')").stdout()).isEqualTo("recovered\n");
        }
    }

    @Test
    void theLossOfTheInnerJailIsNoticed() throws Exception {
        try (RunningSandbox sandbox = RunningSandbox.start()) {
            sandbox.run("print('warm')");
            ProcessHandle daemon = RunningSandbox.daemons().findFirst().orElseThrow();
            forkServer(daemon).destroyForcibly();
            daemon.onExit().get();
            assertThat(sandbox.run("print('recovered')").stdout()).isEqualTo("recovered\n");
        }
    }

    @Test
    void aFreshForkServerTakesOverAfterItsShareOfCalls() {
        try (RunningSandbox sandbox = RunningSandbox.start("--sandbox.jail.recycle-calls=3")) {
            for (int i = 0; i < 40; i++) {
                assertThat(sandbox.run("print(%d)".formatted(i)).stdout()).isEqualTo(i + "\n");
            }
            assertThat(sandbox.get("/actuator/prometheus").body())
                    .contains("sandbox_reruns_total{isolation=\"namespaces\"} 0.0");
        }
    }

    @Test
    void aForkServerIsReplacedByAgeToo() throws Exception {
        try (RunningSandbox sandbox = RunningSandbox.start("--sandbox.jail.recycle-after=300ms")) {
            sandbox.run("print('warm')");
            ProcessHandle first =
                    forkServer(RunningSandbox.daemons().findFirst().orElseThrow());
            while (first.isAlive()) {
                assertThat(sandbox.run("print(1)").stdout()).isEqualTo("1\n");
            }
            assertThat(sandbox.get("/actuator/prometheus").body())
                    .contains("sandbox_reruns_total{isolation=\"namespaces\"} 0.0");
        }
    }

    @Test
    void theFallbackIsNamedInReadinessResultsAndMetrics() {
        try (RunningSandbox sandbox = RunningSandbox.start("--sandbox.isolation=seccomp")) {
            assertThat(sandbox.run("print(1)").isolation()).isEqualTo("seccomp");
            assertThat(sandbox.get("/actuator/health/readiness").body()).contains("\"isolation\":\"seccomp\"");
            assertThat(sandbox.get("/actuator/prometheus").body())
                    .contains("sandbox_executions_seconds_count{isolation=\"seccomp\",outcome=\"ok\"}")
                    .contains("sandbox_queue_depth{isolation=\"seccomp\"}")
                    .contains("sandbox_reruns_total{isolation=\"seccomp\"}");
        }
    }

    @Test
    void nothingWeakerThanTheFallbackCanBeChosen() {
        assertThatThrownBy(() -> RunningSandbox.start("--sandbox.isolation=none"))
                .hasMessageContaining("sandbox.isolation");
    }

    @Test
    void theSelfTestNamesWhatAnOpenJailLetsThrough() throws Exception {
        try (JailProcess open =
                JailProcess.start(Protections.programWithout(Isolation.NAMESPACES, List.of("filter")), () -> {})) {
            assertThatThrownBy(() -> SelfTest.verify(open))
                    .isInstanceOf(JailUnavailableException.class)
                    .hasMessageContaining("open an internet socket")
                    .hasMessageContaining("fork");
        }
    }

    @Test
    void aCallThatDoesNotEndTakesItsJailAlong() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (JailProcess jail = JailProcess.start(
                Protections.programWithout(Isolation.NAMESPACES, List.of("wall")), ended::countDown)) {
            JailOutcome outcome =
                    jail.run(new Snippet("import time; time.sleep(60)", Duration.ofMillis(300), Duration.ofSeconds(5)));
            assertThat(outcome).isInstanceOf(JailOutcome.Lost.class);
            assertThat(outcome.toString()).contains("a call did not end within 5 s of its limit");
            ended.await();
        }
    }

    @Test
    void closingTheServiceEndsEveryProcess() throws Exception {
        List<ProcessHandle> processes;
        try (RunningSandbox sandbox = RunningSandbox.start()) {
            sandbox.run("print('warm')");
            processes = ProcessHandle.current().descendants().toList();
            assertThat(processes).hasSizeGreaterThanOrEqualTo(4);
        }
        for (ProcessHandle process : processes) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void killingTheServiceEndsEveryProcess() throws Exception {
        Process service = startService();
        List<ProcessHandle> processes = awaitJail(service);
        service.destroyForcibly();
        for (ProcessHandle process : processes) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static Process startService() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SandboxApplication.class.getName(),
                        "--server.port=0")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Daemon, bubblewrap outside and inside, fork server: at least four processes.
    private static List<ProcessHandle> awaitJail(Process service) {
        while (service.isAlive()) {
            List<ProcessHandle> processes = service.descendants().toList();
            if (processes.size() >= 4) {
                return processes;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the service ended by itself");
    }

    /// Waits for `count` calls inside the jail, each a process.
    private static void awaitCalls(int count) {
        while (calls().count() < count) {
            Thread.onSpinWait();
        }
    }

    private static void awaitReady(RunningSandbox sandbox) {
        while (sandbox.get("/actuator/health/readiness").statusCode() != 200) {
            Thread.onSpinWait();
        }
    }

    /// The Python process that bubblewrap started; the ones below it are calls.
    private static ProcessHandle forkServer(ProcessHandle daemon) {
        return daemon.descendants()
                .filter(process -> runs(process, "python"))
                .filter(process -> process.parent().stream().anyMatch(parent -> runs(parent, "bwrap")))
                .findFirst()
                .orElseThrow();
    }

    private static boolean runs(ProcessHandle process, String program) {
        return process.info().command().orElse("").contains(program);
    }

    private static Stream<ProcessHandle> calls() {
        return RunningSandbox.daemons().flatMap(ProcessHandle::descendants).skip(IDLE);
    }

    private static void killAndAwait(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit()
                .orTimeout(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
