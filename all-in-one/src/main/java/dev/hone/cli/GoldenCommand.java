package dev.hone.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hone.learner.golden.GoldenCase;
import dev.hone.learner.golden.LossCheck;
import dev.hone.learner.golden.ModelCheck;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private JsonOption json = new JsonOption();

    /// What came of one path.
    ///
    /// @param problem why nothing could be compared; null otherwise
    private record Checked(String path, @Nullable String problem, List<GoldenCase> cases) {

        /// Whether everything that is there was compared and agrees.
        @JsonProperty
        boolean agrees() {
            return count(GoldenCase.Outcome.PASSED) > 0
                    && count(GoldenCase.Outcome.FAILED) == 0
                    && count(GoldenCase.Outcome.UNKNOWN) == 0;
        }

        private long count(GoldenCase.Outcome outcome) {
            return cases.stream().filter(one -> one.outcome() == outcome).count();
        }

        private List<String> lines() {
            if (problem != null) {
                return List.of("%-12s %s  nothing could be compared: %s".formatted("failed", path, problem));
            }
            List<String> lines = new ArrayList<>();
            cases.forEach(one -> lines.add(line(path, one)));
            lines.add("%s: %d passed, %d failed, %d unknown, %d not compared"
                    .formatted(
                            path,
                            count(GoldenCase.Outcome.PASSED),
                            count(GoldenCase.Outcome.FAILED),
                            count(GoldenCase.Outcome.UNKNOWN),
                            count(GoldenCase.Outcome.NOT_COMPARED)));
            return lines;
        }
    }

    @Override
    public Integer call() throws IOException {
        List<Checked> all = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new UserErrorException(
                        "There is nothing at " + path + "; name a model directory or a losses file.");
            }
            Checked checked = check(path);
            all.add(checked);
            if (!json.asked()) {
                checked.lines().forEach(Console::result);
            }
        }
        if (json.asked()) {
            json.print(all, List::of);
        }
        return all.stream().allMatch(Checked::agrees) ? Main.OK : Main.FAILED;
    }

    private static Checked check(Path path) throws IOException {
        try {
            List<GoldenCase> cases = Files.isDirectory(path) ? ModelCheck.check(path) : LossCheck.check(path);
            return new Checked(path.toString(), null, cases);
        } catch (IllegalArgumentException | InvalidWeightsException e) {
            return new Checked(path.toString(), e.getMessage(), List.of());
        }
    }

    private static String line(String path, GoldenCase one) {
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
}
