package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.sandbox.HostileCase;
import dev.hone.sandbox.RunningSandbox;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The hostile suite over HTTP against the real service: nothing escapes, and the next caller is served. That each case
/// would escape without its protection, `ProtectionTests` shows.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileSuite {
    private final RunningSandbox sandbox;

    HostileSuite(RunningSandbox sandbox) {
        this.sandbox = sandbox;
    }

    List<HostileCase> cases() {
        return HostileCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isHeld(HostileCase hostile) throws Exception {
        HostileCase.Attempt attempt = hostile.attempt(this::run, sandbox.port());
        assertThat(attempt.escaped()).as(attempt.toString()).isFalse();
    }

    @AfterEach
    void theNextCallerIsServed() {
        assertThat(sandbox.run("print(17*23)").stdout()).isEqualTo("391\n");
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private HostileCase.Result run(String code, double wall, double cpu) {
        ExecutionResult result = sandbox.run(new ExecutionRequest(code, wall, cpu));
        return new HostileCase.Result(result.stdout(), result.stderr(), result.exitCode());
    }
}
