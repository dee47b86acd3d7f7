package dev.hone.task.dataset;

import dev.hone.contracts.EventCodec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// `./hone download-dataset --target=openai/gsm8k --path=DIR [--revision=main]`: fetches a dataset and shows its first
/// rows.
public final class DownloadDataset {

    private static final Pattern NAME = Pattern.compile("[\\w.-]+(/[\\w.-]+)?");
    private static final int ROWS = 5;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream messages;

    /// @param environment as [System#getenv()] gives it
    /// @param out takes the rows
    /// @param messages takes progress and what went wrong
    public DownloadDataset(Map<String, String> environment, PrintStream out, PrintStream messages) {
        this.environment = environment;
        this.out = out;
        this.messages = messages;
    }

    /// @param arguments `--target=`, `--path=`, and perhaps `--revision=`; values may follow after a space; with
    /// `--json` a line of JSON takes the rows' place
    /// @return the process's exit status: 0, 1 (not fetched) or 2 (wrong arguments)
    public int run(List<String> arguments) throws InterruptedException {
        Optional<String> target = option(arguments, "--target");
        Optional<String> path = option(arguments, "--path");
        String revision = option(arguments, "--revision").orElse("main");
        if (target.isEmpty() || path.isEmpty() || !NAME.matcher(target.get()).matches()) {
            messages.println("Name the dataset and the folder: ./hone download-dataset --target=openai/gsm8k"
                    + " --path=DIR [--revision=main]");
            return 2;
        }
        try {
            Path folder = Path.of(path.get()).toAbsolutePath().normalize();
            HubDownload.Result result =
                    HubDownload.fromEnvironment(environment, this::show).download(target.get(), revision, folder);
            messages.println("%s at %s: %d files, %s in %s"
                    .formatted(
                            target.get(), result.revision(), result.files().size(), megabytes(result.bytes()), folder));
            if (arguments.contains("--json")) {
                out.println(json(target.get(), result, folder));
            } else {
                preview(folder, result.files());
            }
            return 0;
        } catch (HubException | DatasetException e) {
            messages.println(e.getMessage());
            return 1;
        }
    }

    private static String json(String target, HubDownload.Result result, Path folder) {
        ObjectNode line = EventCodec.json().createObjectNode();
        line.put("target", target).put("revision", result.revision()).put("folder", folder.toString());
        line.put("bytes", result.bytes()).putPOJO("files", result.files());
        return EventCodec.json().writeValueAsString(line);
    }

    private void show(HubDownload.Progress progress) {
        messages.println("%s of %s  %s"
                .formatted(megabytes(progress.bytes()), megabytes(progress.totalBytes()), progress.file()));
    }

    private void preview(Path folder, List<String> files) {
        List<String> readable = files.stream()
                .filter(file -> RowFile.Format.of(file).isPresent())
                .sorted(Comparator.comparing(file -> RowFile.Format.of(file).orElseThrow()))
                .toList();
        Optional<String> chosen = readable.stream()
                .filter(file -> file.contains("train"))
                .findFirst()
                .or(() -> readable.stream().findFirst());
        if (chosen.isEmpty()) {
            messages.println("It has no " + RowFile.Format.suffixes() + " files; Hone reads no others.");
            return;
        }
        out.println("First rows of " + chosen.get() + ":");
        int[] shown = {0};
        boolean ignored = RowFile.read("--path", folder.resolve(chosen.get()), row -> {
            out.println(row.columns());
            return ++shown[0] < ROWS;
        });
    }

    private static Optional<String> option(List<String> arguments, String name) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(name + "=")) {
                return Optional.of(argument.substring(name.length() + 1));
            }
            if (argument.equals(name) && i + 1 < arguments.size()) {
                return Optional.of(arguments.get(i + 1));
            }
        }
        return Optional.empty();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
