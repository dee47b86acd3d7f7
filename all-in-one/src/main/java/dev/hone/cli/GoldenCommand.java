package dev.hone.cli;

import dev.hone.learner.golden.GoldenCase;
import dev.hone.learner.golden.LossCheck;
import dev.hone.learner.golden.ModelCheck;
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
            List<GoldenCase> cases = Files.isDirectory(path) ? ModelCheck.check(path) : LossCheck.check(path);
            cases.forEach(one -> Console.result(line(path, one)));
            long failed = count(cases, GoldenCase.Outcome.FAILED);
            Console.result("%s: %d passed, %d failed, %d unknown, %d not compared"
                    .formatted(
                            path,
                            count(cases, GoldenCase.Outcome.PASSED),
                            failed,
                            count(cases, GoldenCase.Outcome.UNKNOWN),
                            count(cases, GoldenCase.Outcome.NOT_COMPARED)));
            passed &= failed == 0;
        }
        return passed ? Main.OK : Main.FAILED;
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
