package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.sandbox.RunningSandbox;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What harmless code gets back.
class ResultTests {
    private final RunningSandbox sandbox = RunningSandbox.shared();

    @Test
    void returnsWhatIsPrinted() {
        ExecutionResult result = sandbox.run("print(17*23)");
        assertThat(result.stdout()).isEqualTo("391\n");
        assertThat(result.stderr()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.timedOut()).isFalse();
        assertThat(result.truncated()).isFalse();
        assertThat(result.durationMillis()).isBetween(0L, 10_000L);
        assertThat(result.isolation()).isEqualTo("namespaces");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pass | 0",
                "exit() | 0",
                "exit(3) | 3",
                "quit(4) | 4",
                "raise SystemExit(300) | 44",
                "raise SystemExit('bye') | 1",
                "1/0 | 1",
                "import os; os._exit(7) | 7",
                "raise KeyboardInterrupt | 130",
                "import ctypes; ctypes.string_at(0) | 139",
                "def f(: | 1",
                "'' | 0"
            })
    void exitCodeIsTheProcessesOwn(String code, int exitCode) {
        assertThat(sandbox.run(code).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void tracebackShowsTheSnippetAlone() {
        assertThat(sandbox.run("def divide(x):\n    return x / 0\ndivide(1)").stderr())
                .startsWith(
                        "Traceback (most recent call last):\n  File \"<snippet>\", line 3, in <module>\n    divide(1)\n")
                .contains("  File \"<snippet>\", line 2, in divide\n    return x / 0\n")
                .endsWith("ZeroDivisionError: division by zero\n")
                .doesNotContain("/opt");
    }

    @Test
    void nulBytesInCodeAreASyntaxErrorOfTheSnippet() {
        ExecutionResult result = sandbox.run("print(1)\0");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr()).contains("null bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFFprint(391)",
                "print(391)\r\n",
                "if True:\r\n    print(391)\r\n",
                "# -*- coding: latin-1 -*-\nprint(391)",
                "#!/usr/bin/env python3\nprint(391)",
                "\n\n\fprint(391)",
                "print(391)  # \ud800"
            })
    void oddSourcesRun(String code) {
        ExecutionResult result = sandbox.run(code);
        assertThat(result.stdout()).as(result.toString()).isEqualTo("391\n");
    }

    @Test
    void undecodableOutputBecomesReplacementCharacters() {
        assertThat(sandbox.run("import sys; sys.stdout.buffer.write(bytes([0x61, 0xff, 0, 0x62]))")
                        .stdout())
                .isEqualTo("a\uFFFD\0b");
    }

    @Test
    void textBeyondAsciiTravelsBothWays() {
        assertThat(sandbox.run("print('Ünïcödé 数学 🙂')").stdout()).isEqualTo("Ünïcödé 数学 🙂\n");
    }

    @Test
    void loneSurrogatesAreEscapedNotFatal() {
        assertThat(sandbox.run("print('\\ud800')").stdout()).isEqualTo("\\ud800\n");
    }

    @Test
    void inputIsEmpty() {
        assertThat(sandbox.run("input()").stderr()).contains("EOFError");
    }

    @Test
    void threadsAndExitHandlersFinishFirst() {
        ExecutionResult result = sandbox.run("""
                import atexit, threading, time
                atexit.register(print, "handler")
                threading.Thread(target=lambda: (time.sleep(0.05), print("thread"))).start()
                print("main")
                """);
        assertThat(result.stdout()).isEqualTo("main\nthread\nhandler\n");
    }

    @Test
    void usualModulesWork() {
        assertThat(sandbox.run("""
                                import asyncio, collections, dataclasses, fractions, json, math, pickle, re, tempfile
                                @dataclasses.dataclass
                                class Point:
                                    x: int
                                if __name__ == "__main__":
                                    with tempfile.TemporaryFile() as file:
                                        pickle.dump(Point(4), file)
                                        file.seek(0)
                                        assert pickle.load(file) == Point(4)
                                    asyncio.run(asyncio.sleep(0.001))
                                    print(json.dumps([math.comb(10, 3), str(fractions.Fraction(3, 6))]))
                                """).stdout()).isEqualTo("[120, \"1/2\"]\n");
    }

    @Test
    void wallClockLimitEndsItWithWhatWasPrinted() {
        ExecutionResult result =
                sandbox.run(new ExecutionRequest("print('before')\nimport time\ntime.sleep(60)", 0.5, null));
        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(result.stdout()).isEqualTo("before\n");
    }

    @Test
    void cpuLimitEndsItAsTimedOut() {
        ExecutionResult result = sandbox.run(new ExecutionRequest("while True: pass", 25.0, 1.0));
        assertThat(result.timedOut()).isTrue();
        assertThat(result.exitCode()).isEqualTo(137);
    }

    @Test
    void longOutputKeepsItsHead() {
        ExecutionResult result = sandbox.run("print('a' * 100_000)\nimport sys\nprint('end', file=sys.stderr)");
        assertThat(result.truncated()).isTrue();
        assertThat(result.exitCode()).isZero();
        assertThat(result.stdout()).isEqualTo("a".repeat(64 << 10));
        assertThat(result.stderr()).isEqualTo("end\n");
    }

    @Test
    void outputOfExactlyTheLimitIsWhole() {
        ExecutionResult result = sandbox.run("import sys\nsys.stdout.write('a' * 65536)");
        assertThat(result.truncated()).isFalse();
        assertThat(result.stdout()).hasSize(64 << 10);
    }

    @Test
    void sixtyFourCallersEachGetTheirOwnAnswer() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = IntStream.range(0, 64)
                    .mapToObj(i -> callers.submit(
                            () -> sandbox.run("print(%d * %d)".formatted(i, i)).stdout()))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(i * i + "\n");
            }
        }
    }
}
