package dev.hone.cli;

import dev.hone.learner.sft.Progress;
import dev.hone.learner.sft.SftResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `./hone sft`: supervised fine-tuning on chat traces.
@Command(
        name = "sft",
        description = "Fine-tunes a model on chat traces, or trains a small one from nothing.",
        mixinStandardHelpOptions = true)
final class SftCommand implements Callable<Integer> {

    private static final Duration SHOW_EVERY = Duration.ofSeconds(2);

    @Mixin
    private ConfOption conf = new ConfOption();

    @Mixin
    private JsonOption json = new JsonOption();

    private Instant shown = Instant.EPOCH;
    private int steps;

    @Override
    public Integer call() throws IOException {
        conf.text(); // refuses a file that cannot be read before anything starts
        Path file = conf.file();
        // The step that is on its way comes to its end first: native code does not survive the process around it.
        try (Interruption interruption = Interruption.watch()) {
            Optional<SftResult> result =
                    dev.hone.learner.sft.SftCommand.run(file, this::show, () -> !interruption.requested());
            Console.progress(result.map(done -> "Done: " + done)
                    .orElseGet(() ->
                            "Stopped after step " + steps + "; nothing was written. Call it again to begin anew."));
            if (result.isPresent() && json.asked()) {
                json.print(values(result.get()), List::of);
            }
            return result.isPresent() ? Main.OK : Main.INTERRUPTED;
        }
    }

    private static Map<String, Object> values(SftResult result) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("steps", result.steps());
        values.put("conversations", result.conversations());
        values.put("left_out", result.leftOut());
        values.put("last_loss", result.lastLoss());
        values.put("tokens_per_second", result.tokensPerSecond());
        values.put("seconds", result.took().toMillis() / 1000.0);
        values.put("checksum", result.checksum());
        values.put("export", result.export().toString());
        return values;
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
