package dev.hone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./hone sft`: supervised fine-tuning on chat traces.
@Command(
        name = "sft",
        description = "Fine-tunes a model on chat traces (or trains a small one from nothing).",
        mixinStandardHelpOptions = true)
final class SftCommand implements Callable<Integer> {

    @Option(names = "--conf", paramLabel = "FILE", required = true, description = "The YAML file.")
    private Path conf = Path.of("");

    @Override
    public Integer call() {
        dev.hone.learner.sft.SftCommand.run(conf, Console::progress);
        return Main.OK;
    }
}
