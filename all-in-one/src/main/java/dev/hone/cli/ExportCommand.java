package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./hone export`: a version of a run's weights as a Hugging Face directory.
@Command(
        name = "export",
        description = "Writes a version of a run's model as a Hugging Face directory.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN", description = "A run's name.")
    private String run = "";

    @Option(
            names = "--at",
            paramLabel = "VERSION",
            description = "Version of the weights, 0 before the first step (default: the newest).")
    private @Nullable Integer version;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "Folder to write; it must be new.")
    private Path target = Path.of("");

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        RunModel model = RunModel.of(server.gateway(), run, version);
        Path folder = target.toAbsolutePath().normalize();
        model.write(folder);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("run", run);
        result.put("version", model.version());
        result.put("folder", folder.toString());
        json.print(result, () -> List.of("Version " + model.version() + " of run " + run + " is in " + folder));
        return Main.OK;
    }
}
