package dev.hone.cli;

import dev.hone.contracts.run.RunConfigReader;
import java.util.List;
import picocli.CommandLine.Option;

/// `--set`, alike in every command that takes a run's file.
final class SetOption {

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A key of the file and its value, for example trainer_common.optim.lr=2e-6; may be repeated."
                    + " Parts of the key may be left out where the rest names one key alone: optim.lr.")
    private List<String> settings = List.of();

    /// The file with the settings laid over it.
    String over(String yaml) {
        return settings.isEmpty() ? yaml : RunConfigReader.override(yaml, settings);
    }

    /// @throws UserErrorException if there are settings, but no file
    void requireUnused() {
        if (!settings.isEmpty()) {
            throw new UserErrorException("--set changes a run's file; name it with --conf FILE. A stopped run goes on as"
                    + " it was submitted.");
        }
    }
}
