package dev.hone.worker;

import java.nio.file.Path;
import java.util.Map;

/// A service with a worker whose code never ends, in a process of its own that is going to be killed.
final class OrphanMain {

    private OrphanMain() {}

    public static void main(String[] arguments) throws Exception {
        try (TestingEndpoint endpoint = new TestingEndpoint()) {
            Workers workers = new Workers(
                    WorkerSettings.defaults(),
                    new Role("agent", TestingGuest.class.getName(), "run", "run(task, tuner)"),
                    true);
            Thread.ofVirtual().start(() -> {
                try {
                    workers.call(
                            "run-1",
                            new CodeFile.Python(Path.of(arguments[0])),
                            WorkersTests.request(Map.of(), "key-1"),
                            endpoint.access("key-1"));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            endpoint.codes.take();
            StringBuilder pids = new StringBuilder("pids");
            ProcessHandle.current()
                    .descendants()
                    .forEach(each -> pids.append(' ').append(each.pid()));
            System.err.println(pids);
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
