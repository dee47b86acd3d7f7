package dev.hone.debug;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.task.Task;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import dev.hone.rollout.tool.Sandbox;
import dev.hone.task.dataset.Dataset;
import dev.hone.task.dataset.DatasetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What `--backbone debug` does: reads the tasks, opens a sandbox and a model, plays.
///
/// @param folder for the sandbox's process; no broker and no database
/// @param tasks how many at most
/// @param baseUrl a server of OpenAI's API; null: the run's own model, in this process
/// @param model its name there
/// @param progress told how it goes
/// @param out told what the episodes came to
public record Debugging(
        Path folder,
        int tasks,
        @Nullable String baseUrl,
        String model,
        Consumer<String> progress,
        Consumer<String> out) {

    /// Plays the configuration's tasks in the calling thread.
    ///
    /// @param config its paths absolute
    /// @return whether each came to a verdict
    /// @throws IOException if the model cannot be read
    public boolean run(RunConfig config) throws IOException {
        List<Task> chosen = tasks(config);
        try (Platform platform = Platform.start(folder, EnumSet.of(Service.SANDBOX), Map.of(), progress);
                Player player = player(config, Sandbox.at(platform.address(Service.SANDBOX), platform.secret()))) {
            int judged = new DebugRun(config, player, out).play(chosen);
            progress.accept(judged + " of " + chosen.size() + " episodes came to a verdict.");
            return judged == chosen.size();
        }
    }

    private List<Task> tasks(RunConfig config) {
        if (config.taskReader().type().equals(TaskReaderConfig.ENV_SERVICE)) {
            throw new InvalidConfigException(
                    "hone.task_reader.type",
                    "is " + TaskReaderConfig.ENV_SERVICE
                            + ", and --backbone debug has no environments; name a dataset.");
        }
        Dataset dataset = new DatasetReader(Outbound.ANYWHERE).read(config);
        List<Task> all = dataset.training().isEmpty() ? dataset.validation() : dataset.training();
        return all.subList(0, Math.min(tasks, all.size()));
    }

    private Player player(RunConfig config, Sandbox sandbox) throws IOException {
        if (baseUrl == null) {
            progress.accept("Loading " + config.model().path());
            return LocalPlayer.open(Path.of(config.model().path()), sandbox);
        }
        String key = System.getenv("OPENAI_API_KEY");
        return new ServerPlayer(baseUrl, model, key == null ? "none" : key, sandbox);
    }
}
