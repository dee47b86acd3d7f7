package dev.hone.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/// What a command line prints, and its exit code.
record TestingTerminal(int code, List<String> out, List<String> err) {

    /// Runs a command line in this JVM.
    static TestingTerminal run(Platforms platforms, String... arguments) {
        return of(() -> Main.run(platforms, arguments));
    }

    /// What a piece of a command prints, and its exit code.
    static TestingTerminal of(Callable<Integer> command) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream results = new ByteArrayOutputStream();
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(progress, true, StandardCharsets.UTF_8));
        try {
            int code = command.call();
            return new TestingTerminal(code, lines(results), lines(progress));
        } catch (Exception e) {
            throw new AssertionError("A command threw what it should have told", e);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static List<String> lines(ByteArrayOutputStream text) {
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
