package dev.hone.sandbox.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.sandbox.HostileCase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each attack of the hostile suite succeeds once the protections that it names are taken away: so the suite would
/// notice
/// if they were.
@Timeout(120)
class ProtectionTests {
    private static final Map<List<String>, JailProcess> JAILS = new HashMap<>();
    private static ServerSocket listener;

    @BeforeAll
    static void listen() throws Exception {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterAll
    static void close() throws Exception {
        JAILS.values().forEach(JailProcess::close);
        listener.close();
    }

    static List<HostileCase> cases() {
        return HostileCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anAttackSucceedsWithoutItsProtection(HostileCase hostile) throws Exception {
        succeeds(hostile, jail(Isolation.NAMESPACES, hostile.without()));
    }

    static List<HostileCase> casesOfTheFallback() {
        return HostileCase.ofTheFallback();
    }

    @ParameterizedTest
    @MethodSource("casesOfTheFallback")
    void anAttackOnTheFallbackSucceedsWithoutItsProtection(HostileCase hostile) throws Exception {
        succeeds(hostile, jail(Isolation.SECCOMP, hostile.without()));
    }

    private static void succeeds(HostileCase hostile, HostileCase.Runner jail) throws Exception {
        HostileCase.Attempt attempt = hostile.attempt(jail, listener.getLocalPort());
        assertThat(attempt.escaped()).as(attempt.toString()).isTrue();
    }

    private static HostileCase.Runner jail(Isolation isolation, List<String> without) throws Exception {
        JailProcess jail = JAILS.get(without);
        if (jail == null) {
            jail = JailProcess.start(Protections.programWithout(isolation, without), () -> {});
            JAILS.put(without, jail);
        }
        return running(jail);
    }

    private static HostileCase.Runner running(JailProcess jail) {
        return (code, wall, cpu) -> switch (jail.run(new Snippet(code, seconds(wall), seconds(cpu)))) {
            case JailOutcome.Completed done -> new HostileCase.Result(done.stdout(), done.stderr(), done.exitCode());
            case JailOutcome.Lost lost -> new HostileCase.Result("", lost.reason(), 255);
        };
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }
}
