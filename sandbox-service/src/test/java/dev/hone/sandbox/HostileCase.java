package dev.hone.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Untrusted code that tries something, from `resources/hostile`: it prints ESCAPED once it has succeeded.
///
/// @param without the protections that stand in its way, which `ProtectionTests` takes away to see it succeed
/// @param needs what the case takes for granted that isolation `seccomp` has not: `tmp`, `own user`, `own name`;
/// else empty
/// @param wall seconds that it may take
/// @param cpu processor seconds that it may take
/// @param forgedExitCode the exit code that it tries to have reported; -1: none
/// @param before code of an earlier call; empty: none
/// @param beside code of a call at the same time, which prints UNHARMED if it comes to its end; empty: none
/// @param attack the code itself
public record HostileCase(
        String name,
        List<String> without,
        String needs,
        double wall,
        double cpu,
        int forgedExitCode,
        String before,
        String beside,
        String attack) {

    /// What the harness reads of a result.
    public record Result(String stdout, String stderr, int exitCode) {}

    /// Runs code under limits, in a jail that is whole or not.
    @FunctionalInterface
    public interface Runner {
        Result run(String code, double wall, double cpu) throws InterruptedException;
    }

    @Override
    public String toString() {
        return name;
    }

    /// All cases.
    public static List<HostileCase> all() {
        return Stream.of("filter", "namespaces", "limits")
                .flatMap(file -> read(file).stream())
                .toList();
    }

    /// Those that only the fallback's own protections hold.
    public static List<HostileCase> ofTheFallback() {
        return read("fallback");
    }

    /// Whether it succeeds, and what it said.
    ///
    /// @param port where something listens on this machine's loopback
    public Attempt attempt(Runner runner, int port) throws Exception {
        if (!before.isEmpty()) {
            runner.run(before, 10, 5);
        }
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Result> neighbour = beside.isEmpty() ? null : callers.submit(() -> runner.run(beside, 10, 5));
            Result result = runner.run(attack.replace("@PORT@", "" + port), wall, cpu);
            boolean harm = neighbour != null
                    && beside.contains("UNHARMED")
                    && !neighbour.get().stdout().contains("UNHARMED");
            boolean escaped = result.stdout().contains("ESCAPED")
                    || result.stderr().contains("ESCAPED\n")
                    || result.exitCode() == forgedExitCode
                    || harm;
            return new Attempt(escaped, result);
        }
    }

    /// What came of it.
    public record Attempt(boolean escaped, Result result) {}

    private static List<HostileCase> read(String file) {
        String text;
        try (InputStream resource = HostileCase.class.getResourceAsStream("/hostile/" + file + ".py")) {
            text = new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<HostileCase> cases = new ArrayList<>();
        for (String section : text.split("(?m)^# ## ")) {
            if (!section.isBlank()) {
                cases.add(parse(section));
            }
        }
        assertThat(cases).isNotEmpty();
        return cases;
    }

    private static HostileCase parse(String section) {
        String name = section.lines().findFirst().orElseThrow();
        String[] limits = header(section, "limits", "10 5").split(" ");
        return new HostileCase(
                name,
                List.of(header(section, "without", "").split(" ")),
                header(section, "needs", ""),
                Double.parseDouble(limits[0]),
                Double.parseDouble(limits[1]),
                Integer.parseInt(header(section, "forged exit code", "-1")),
                part(section, "before"),
                part(section, "beside"),
                section.contains("# attack\n") ? part(section, "attack") : section.replaceFirst(".*\n", ""));
    }

    private static String header(String section, String key, String otherwise) {
        return section.lines()
                .filter(line -> line.startsWith("# " + key + ": "))
                .map(line -> line.substring(key.length() + 4))
                .findFirst()
                .orElse(otherwise);
    }

    private static String part(String section, String part) {
        int start = section.indexOf("# " + part + "\n");
        if (start < 0) {
            return "";
        }
        return section.substring(start).replaceFirst(".*\n", "").split("(?m)^# (beside|attack)$")[0];
    }
}
