package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// `--json`, alike in every command that has a result.
final class JsonOption {

    @Option(names = "--json", description = "Print the result as one line of JSON on standard output.")
    private boolean json;

    boolean asked() {
        return json;
    }

    /// Prints the result: a line of JSON if that was asked for, else lines for people.
    void print(Object value, Supplier<Iterable<String>> lines) {
        if (json) {
            Console.result(EventCodec.json().writeValueAsString(value));
        } else {
            lines.get().forEach(Console::result);
        }
    }
}
