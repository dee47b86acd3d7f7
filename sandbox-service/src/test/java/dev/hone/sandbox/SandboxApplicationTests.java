package dev.hone.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The service beside the libraries of the others.
class SandboxApplicationTests {

    @Test
    void needsNoDatabaseAndNoBrokerWhateverIsOnTheClassPath() {
        RunningSandbox sandbox = RunningSandbox.shared();
        sandbox.run("print(1)");
        assertThat(sandbox.get("/actuator/health").body())
                .contains("\"jail\"")
                .doesNotContain("\"db\"")
                .doesNotContain("\"binders\"");
        assertThat(sandbox.get("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(sandbox.get("/actuator/info").statusCode()).isEqualTo(200);
    }
}
