package dev.hone.judge.modeljudge;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// Requests by what came of them, and what they took.
final class LlmMetrics {

    private final MeterRegistry meters;
    private final Timer seconds;

    LlmMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.seconds = Timer.builder("hone.judge.llm.seconds")
                .description("One request to a judge's language model")
                .register(meters);
    }

    /// @param outcome `verdict`, `no_verdict`, `cached`, `unavailable` or `budget`
    void count(String outcome) {
        meters.counter("hone.judge.llm.requests", "outcome", outcome).increment();
    }

    /// A request.
    @FunctionalInterface
    interface Request<T> {
        T send() throws InterruptedException;
    }

    <T> T timed(Request<T> request) throws InterruptedException {
        long start = System.nanoTime();
        try {
            return request.send();
        } finally {
            seconds.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }
}
