package dev.hone.cli;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Starts everything once in a folder of its own and evaluates the example's model on two problems, so that the JVM can
/// note which classes to load ahead of time.
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {

    private static final String EXAMPLE = "examples/math-agent/math_agent.yaml";

    @Override
    public Integer call() throws Exception {
        Path folder = DataDirOption.home().resolve("build/warm-up");
        Folders.delete(folder); // what a warm-up that was ended left
        RunConfig example = RunConfigReader.read(
                        ConfOption.read(DataDirOption.home().resolve(EXAMPLE)))
                .config();
        String yaml = EvaluationFile.of(example)
                .problems(EvaluationFile.Split.validation, 2)
                .yaml();
        try (Interruption interruption = Interruption.watch();
                Platform platform = Platform.start(folder, EnumSet.allOf(Service.class), Map.of(), Console::progress)) {
            GatewayClient gateway = new GatewayClient(platform.address(Service.GATEWAY), ClientKey.of(folder));
            Training training = new Training(gateway, interruption, folder, false);
            training.follow(training.begin(yaml));
        } finally {
            Folders.delete(folder);
        }
        return Main.OK;
    }
}
