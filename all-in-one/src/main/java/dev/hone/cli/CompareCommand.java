package dev.hone.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `./hone compare`: runs side by side.
@Command(
        name = "compare",
        description = "Compares runs: what they came to, the settings in which they differ, their curves.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

    @Parameters(arity = "2..*", paramLabel = "RUN", description = "Names of two or more runs.")
    private List<String> runs = List.of();

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description = "Show this metric step by step, for example reward/mean; may be repeated.")
    private List<String> metrics = List.of();

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        String names =
                runs.stream().map(run -> "run=" + GatewayClient.encoded(run)).collect(Collectors.joining("&"));
        JsonNode comparison = server.gateway().get("/api/v1/runs/compare?" + names);
        json.print(comparison, () -> new Comparison(comparison).lines(metrics));
        return Main.OK;
    }
}
