package dev.hone.cli;

import dev.hone.learner.sft.Progress;
import dev.hone.learner.sft.SftResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./hone sft`: supervised fine-tuning on chat traces.
@Command(
        name = "sft",
        description = "Fine-tunes a model on chat traces, or trains a small one from nothing.",
        mixinStandardHelpOptions = true)
final class SftCommand implements Callable<Integer> {

    private static final Duration SHOW_EVERY = Duration.ofSeconds(2);

    @Option(names = "--conf", paramLabel = "FILE", required = true, description = "The YAML file.")
    private Path conf = Path.of("");

    private Instant shown = Instant.EPOCH;
    private int steps;

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(conf)) {
            throw new UserErrorException("There is no file " + conf.toAbsolutePath() + ". Check --conf.");
        }
        // The step that is on its way comes to its end first: native code does not survive the process around it.
        try (Interruption interruption = Interruption.watch()) {
            Optional<SftResult> result =
                    dev.hone.learner.sft.SftCommand.run(conf, this::show, () -> !interruption.requested());
            Console.progress(result.map(done -> "Done: " + done)
                    .orElseGet(() ->
                            "Stopped after step " + steps + "; nothing was written. Call it again to begin anew."));
            return result.isPresent() ? Main.OK : Main.INTERRUPTED;
        }
    }

    private void show(Progress progress) {
        steps = progress.step();
        Instant now = Instant.now();
        if (progress.step() < progress.totalSteps() && now.isBefore(shown.plus(SHOW_EVERY))) {
            return;
        }
        shown = now;
        Console.progress("step %4d/%d  loss %.4f  lr %.2e  %.0f tok/s  left %d:%02d"
                .formatted(
                        progress.step(),
                        progress.totalSteps(),
                        progress.loss(),
                        progress.learningRate(),
                        progress.tokensPerSecond(),
                        progress.left().toMinutes(),
                        progress.left().toSecondsPart()));
    }
}
