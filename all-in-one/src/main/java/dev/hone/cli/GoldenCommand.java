package dev.hone.cli;

import dev.hone.learner.golden.GoldenCase;
import dev.hone.learner.golden.LossCheck;
import dev.hone.learner.golden.ModelCheck;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `./hone golden`: compares what Hone computes with what a reference implementation did.
@Command(
        name = "golden",
        description = "Checks model directories and losses files against their golden values.",
        mixinStandardHelpOptions = true)
final class GoldenCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "A directory with a model, cases.json and cases.safetensors, or a losses file.")
    private List<Path> paths = List.of();

    @Override
    public Integer call() throws IOException {
        boolean passed = true;
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new UserErrorException(
                        "There is nothing at " + path + "; name a model directory or a losses file.");
            }
            try {
                passed &= check(path);
            } catch (IllegalArgumentException | InvalidWeightsException e) {
                Console.result("%-12s %s  nothing could be compared: %s".formatted("failed", path, e.getMessage()));
                passed = false;
            }
        }
        return passed ? Main.OK : Main.FAILED;
    }

    /// @return whether everything that is there was compared and agrees
    private static boolean check(Path path) throws IOException {
        List<GoldenCase> cases = Files.isDirectory(path) ? ModelCheck.check(path) : LossCheck.check(path);
        cases.forEach(one -> Console.result(line(path, one)));
        long passed = count(cases, GoldenCase.Outcome.PASSED);
        long failed = count(cases, GoldenCase.Outcome.FAILED);
        long unknown = count(cases, GoldenCase.Outcome.UNKNOWN);
        Console.result("%s: %d passed, %d failed, %d unknown, %d not compared"
                .formatted(path, passed, failed, unknown, count(cases, GoldenCase.Outcome.NOT_COMPARED)));
        return passed > 0 && failed == 0 && unknown == 0;
    }

    private static String line(Path path, GoldenCase one) {
        String figures = "error %.3g  tolerance %.3g".formatted(one.error(), one.tolerance());
        return "%-12s %s  %s  %s  %s"
                .formatted(
                        one.outcome().name().toLowerCase(java.util.Locale.ROOT),
                        path,
                        one.name(),
                        figures,
                        one.problem())
                .stripTrailing();
    }

    private static long count(List<GoldenCase> cases, GoldenCase.Outcome outcome) {
        return cases.stream().filter(one -> one.outcome() == outcome).count();
    }
}
