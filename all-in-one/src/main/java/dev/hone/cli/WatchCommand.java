package dev.hone.cli;

import dev.hone.contracts.run.RunState;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `./hone watch`: a run as it goes, on a screen that is drawn anew, or line by line where there is none.
@Command(
        name = "watch",
        description = {
            "Shows a run as it goes: step, reward, accuracy, habits, tokens per second, time left.",
            "Ctrl-C ends the view, not the run. Where standard output is no terminal, each step is a line."
        },
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {

    private static final Duration EVERY = Duration.ofSeconds(1);

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--once", description = "Show where it stands, and end.")
    private boolean once;

    @Option(
            names = "--json",
            description = "Say how it goes on standard error, and end with the run as one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        GatewayClient gateway = run.gateway();
        String name = run.name(gateway);
        Sparkline curve = Sparkline.in(Console.out().charset());
        if (once) {
            JsonNode view = gateway.get(GatewayClient.run(name));
            if (json) {
                Console.result(view.toString());
            } else {
                screen(gateway, name, view).lines(Terminal.width(), curve).forEach(Console::result);
            }
            return Main.OK;
        }
        try (Interruption interruption = Interruption.watch()) {
            JsonNode view = !json && Terminal.interactive(System.getenv())
                    ? draw(gateway, name, curve, interruption)
                    : new RunFollower(gateway, name, interruption, json ? Console::progress : Console::result).follow();
            if (json) {
                Console.result(view.toString());
            }
            return code(Training.state(view));
        }
    }

    private static JsonNode draw(GatewayClient gateway, String name, Sparkline curve, Interruption interruption)
            throws InterruptedException {
        Terminal terminal = new Terminal(Console.out());
        JsonNode view;
        do {
            view = gateway.get(GatewayClient.run(name));
            terminal.draw(screen(gateway, name, view).lines(Terminal.width(), curve));
        } while (!Training.state(view).terminal() && !interruption.await(EVERY));
        return view;
    }

    private static WatchScreen screen(GatewayClient gateway, String name, JsonNode view) {
        String path = GatewayClient.run(name);
        return new WatchScreen(view, gateway.get(path + "/steps").path("steps"), gateway.get(path + "/summary"));
    }

    private static int code(RunState state) {
        if (state == RunState.COMPLETED) {
            return Main.OK;
        }
        return state.terminal() ? Main.FAILED : Main.INTERRUPTED;
    }
}
