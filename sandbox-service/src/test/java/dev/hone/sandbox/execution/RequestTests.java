package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.sandbox.RunningSandbox;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that do not run: problems that say what to do.
class RequestTests {
    private final RunningSandbox sandbox = RunningSandbox.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | no code",
                "{\"code\": null} | no code",
                "null | no code",
                "not json | no execution request",
                "{\"code\": \"1\", \"timeout_seconds\": 0} | timeout_seconds is 0.0",
                "{\"code\": \"1\", \"timeout_seconds\": -1} | timeout_seconds is -1.0",
                "{\"code\": \"1\", \"timeout_seconds\": \"NaN\"} | timeout_seconds is NaN",
                "{\"code\": \"1\", \"cpu_seconds\": 0} | cpu_seconds is 0.0",
                "{\"code\": \"1\", \"timeoutSeconds\": 3} | timeoutSeconds",
                "{\"code\": \"1\", \"memory\": 3} | memory"
            })
    void badRequestsAreProblemsThatNameTheFault(String body, String fault) {
        HttpResponse<String> answer = sandbox.post(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":400").contains(fault);
    }

    @Test
    void moreThanAMegabyteOfCodeIsTooLarge() {
        String code = "#" + "x".repeat(1 << 20);
        HttpResponse<String> answer = sandbox.post("{\"code\": \"" + code + "\"}");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("The code has 1048577 bytes, the limit is 1048576");
    }

    @Test
    void aMegabyteOfCodeRuns() {
        assertThat(sandbox.run("print(1)#" + "x".repeat((1 << 20) - 9)).stdout())
                .isEqualTo("1\n");
    }

    @Test
    void anEndlessBodyIsTooLarge() {
        HttpResponse<String> answer = sandbox.post("{\"code\": \"" + "x".repeat(10 << 20) + "\"}");
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void largerLimitsThanTheMaximumAreCut() {
        assertThat(sandbox.post("{\"code\": \"print(1)\", \"timeout_seconds\": 1e300, \"cpu_seconds\": 9e9}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToComeBack() throws Exception {
        String sleeper = "{\"code\": \"import time; time.sleep(2)\"}";
        try (RunningSandbox narrow =
                        RunningSandbox.start("--sandbox.execution.slots=1", "--sandbox.execution.queue=0");
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            narrow.run("print('warm')");
            List<Future<HttpResponse<String>>> answers = IntStream.range(0, 4)
                    .mapToObj(_ -> callers.submit(() -> narrow.post(sleeper)))
                    .toList();
            int refused = 0;
            for (Future<HttpResponse<String>> answer : answers) {
                HttpResponse<String> response = answer.get();
                if (response.statusCode() == 429) {
                    refused++;
                    assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
                    assertThat(response.body()).contains("All slots are taken");
                }
            }
            assertThat(refused).isBetween(1, 3);
            assertThat(narrow.get("/actuator/prometheus").body())
                    .contains("sandbox_executions_seconds_count{isolation=\"namespaces\",outcome=\"rejected\"} "
                            + refused);
        }
    }

    @Test
    void metricsCountOutcomes() {
        sandbox.run("print(1)");
        sandbox.run("1/0");
        assertThat(sandbox.get("/actuator/prometheus").body())
                .contains("sandbox_executions_seconds_count{isolation=\"namespaces\",outcome=\"ok\"}")
                .contains("sandbox_executions_seconds_count{isolation=\"namespaces\",outcome=\"error\"}")
                .contains("sandbox_queue_depth{isolation=\"namespaces\"} 0.0");
    }
}
