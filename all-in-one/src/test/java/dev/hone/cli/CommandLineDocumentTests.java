package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `docs/command-line.md` is what picocli knows of the commands.
class CommandLineDocumentTests {

    private static final Path PAGE = Path.of("../docs/command-line.md");

    private static final String OPENING = """
            # Command line

            Every command of `./hone`, written from the code. Results go to standard output, how it goes to standard error; services log
            to `hone.log` in the data directory. What is asked with `--json` answers with JSON alone on standard output.

            Commands that look at runs (`runs`, `show`, `logs`, `watch`, `compare`, `export`, `judge`, `infer`), and `dead-letters`, `keys` and `audit`, talk to a
            gateway: the one of `--server`, or the one that a `./hone train`, `eval` or `serve` runs on the same data directory. To the one of `--server` they send
            the key of `HONE_API_KEY`, or of the file that `HONE_API_KEY_FILE` names; to the other the one that it has written there, if it asks for one.

            `source <(./hone completion bash)` lets bash complete commands and options.
            """;

    @Test
    void thePageSaysWhatThereIs() throws IOException {
        String page = page();
        Path fresh = Files.writeString(Path.of("target/command-line.md"), page);
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/command-line.md is out of date: cp all-in-one/%s docs/command-line.md", fresh)
                .isEqualTo(page);
    }

    @Test
    void everyOptionSaysWhatItIsFor() {
        for (CommandSpec command : commands()) {
            assertThat(Stream.concat(command.options().stream(), command.positionalParameters().stream()))
                    .as(command.name())
                    .allMatch(
                            argument -> !String.join("", argument.description()).isBlank());
        }
    }

    private static List<CommandSpec> commands() {
        return Main.line(Platforms::started).getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .toList();
    }

    private static String page() {
        List<String> lines = new ArrayList<>(List.of(OPENING));
        lines.add("| exit code | |");
        lines.add("|---|---|");
        Main.line(Platforms::started)
                .getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> lines.add("| " + code + " | " + meaning + " |"));
        for (CommandSpec command : commands()) {
            lines.add("");
            lines.add("## " + command.name());
            lines.add(String.join(" ", command.usageMessage().description()));
            lines.add("");
            lines.add("    " + synopsis(command));
            lines.add("");
            lines.add("| | |");
            lines.add("|---|---|");
            command.positionalParameters().forEach(argument -> lines.add(row(argument.paramLabel(), argument)));
            command.options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .sorted(Comparator.comparing(OptionSpec::longestName))
                    .forEach(option -> lines.add(row(names(option), option)));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String synopsis(CommandSpec command) {
        StringBuilder text = new StringBuilder("./hone " + command.name());
        command.options().stream()
                .filter(OptionSpec::required)
                .forEach(option -> text.append(' ').append(names(option)));
        boolean more = command.options().stream()
                .anyMatch(option -> !option.required() && !option.usageHelp() && !option.versionHelp());
        text.append(more ? " [OPTIONS]" : "");
        for (PositionalParamSpec argument : command.positionalParameters()) {
            String label = argument.paramLabel() + (argument.arity().max() > 1 ? "…" : "");
            text.append(argument.arity().min() == 0 ? " [" + label + "]" : " " + label);
        }
        return text.toString();
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private static String row(String name, ArgSpec argument) {
        return "| `" + name.replace("|", "\\|") + "` | "
                + String.join(" ", argument.description()).replace("|", "\\|") + " |";
    }
}
