package dev.hone.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/// A terminal on which lines are drawn over those before.
final class Terminal {

    private static final int WIDTH = 80;
    private static final int NARROWEST = 20;
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private int drawn;

    Terminal(PrintStream out) {
        this.out = out;
    }

    /// Whether standard output is a terminal that can move its cursor.
    static boolean interactive(Map<String, String> environment) {
        java.io.Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    }

    /// Characters in a line of this process's terminal.
    static int width() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return width(new String(stty.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return WIDTH; // there is no stty
        }
    }

    /// @param size rows and columns as `stty size` says them
    static int width(String size) {
        String[] words = size.strip().split(" ");
        return words.length == 2 && words[1].matches("[1-9]\\d{0,4}")
                ? Math.max(NARROWEST, Integer.parseInt(words[1]))
                : WIDTH;
    }

    /// Draws lines in place of those that were drawn last.
    void draw(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        text.append('\r').append(CLEAR_BELOW);
        lines.forEach(line -> text.append(line).append('\n'));
        out.print(text);
        out.flush();
        drawn = lines.size();
    }
}
