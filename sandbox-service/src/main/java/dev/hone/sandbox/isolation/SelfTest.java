package dev.hone.sandbox.isolation;

import java.time.Duration;

/// Attacks a new jail before anyone may use it, so that a machine which does not confine is found out at start.
final class SelfTest {
    private static final Duration WALL = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(250);
    private static final Duration CPU = Duration.ofSeconds(10);

    private SelfTest() {}

    /// Throws with the attacks that succeeded.
    static void verify(JailProcess jail) throws JailUnavailableException, InterruptedException {
        expect(
                jail.run(new Snippet(JailProgram.source("attacks.py"), WALL, CPU)),
                result -> result.stdout().equals("held\n") && result.exitCode() == 0);
        expect(jail.run(new Snippet("while True: pass", SHORT, CPU)), JailOutcome.Completed::timedOut);
    }

    private interface Expectation {
        boolean isMetBy(JailOutcome.Completed result);
    }

    private static void expect(JailOutcome outcome, Expectation expectation) throws JailUnavailableException {
        switch (outcome) {
            case JailOutcome.Lost lost ->
                throw new JailUnavailableException("The self-test could not run: " + lost.reason());
            case JailOutcome.Completed result -> {
                if (!expectation.isMetBy(result)) {
                    throw new JailUnavailableException("The self-test found the jail open: " + result
                            + "; no code runs until the kernel confines it");
                }
            }
        }
    }
}
