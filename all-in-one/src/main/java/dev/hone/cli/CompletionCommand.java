package dev.hone.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./hone completion`: what a shell needs to complete commands and options.
@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and options in a shell.",
            "In bash: source <(./hone completion bash), in zsh: source <(./hone completion zsh)."
        },
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {

    /// Shells that take the script; it is one for both.
    enum Shell {
        bash,
        zsh
    }

    @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell.")
    private Shell shell = Shell.bash;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Console.result(
                AutoComplete.bash(spec.root().name(), spec.root().commandLine()).stripTrailing());
        return Main.OK;
    }
}
