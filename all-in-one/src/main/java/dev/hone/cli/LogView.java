package dev.hone.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A run's page at the gateway, opened in a browser where there is one.
///
/// @param environment as [System#getenv()] gives it
record LogView(Map<String, String> environment) {

    private static final List<String> OPENERS = List.of("xdg-open", "open");

    /// Says where the page is, and opens it where a display is.
    void show(URI page) {
        Console.progress("Page of the run: " + page);
        boolean display = Stream.of("DISPLAY", "WAYLAND_DISPLAY")
                .anyMatch(name -> !value(name).isEmpty());
        opener().filter(opener -> display).ifPresent(opener -> open(opener, page));
    }

    private Optional<Path> opener() {
        return OPENERS.stream()
                .flatMap(name ->
                        Stream.of(value("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void open(Path opener, URI page) {
        try {
            new ProcessBuilder(opener.toString(), page.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Console.progress("It could not be opened (" + e.getMessage() + "); open it in a browser.");
        }
    }

    private String value(String name) {
        return environment.getOrDefault(name, "");
    }
}
