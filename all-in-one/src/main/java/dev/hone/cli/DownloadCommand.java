package dev.hone.cli;

import dev.hone.task.dataset.DownloadDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./hone download-dataset`: fetches a dataset from a hub.
@Command(
        name = "download-dataset",
        description = "Fetches a dataset from a hub (HF_ENDPOINT, HF_TOKEN).",
        mixinStandardHelpOptions = true)
final class DownloadCommand implements Callable<Integer> {

    @Option(names = "--target", paramLabel = "OWNER/NAME", required = true, description = "For example openai/gsm8k.")
    private String target = "";

    @Option(names = "--path", paramLabel = "DIR", required = true, description = "Folder to put it in.")
    private String path = "";

    @Option(names = "--revision", paramLabel = "REV", description = "Branch, tag or commit (default: main).")
    private String revision = "main";

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("--target=" + target, "--path=" + path, "--revision=" + revision));
        if (json.asked()) {
            arguments.add("--json");
        }
        return new DownloadDataset(System.getenv(), Console.out(), Console.err()).run(arguments);
    }
}
