package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone show`: where a run stands, what it came to, and what its episodes failed of.
@Command(
        name = "show",
        description = "Shows a run: state, progress, results, and the causes of its rewards.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--config", description = "Show its complete configuration, as YAML, and nothing else.")
    private boolean config;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        GatewayClient gateway = run.gateway();
        String path = GatewayClient.run(run.name(gateway));
        JsonNode view = gateway.get(path);
        if (config) {
            json.print(view.path("config"), () -> List.of(yaml(view)));
            return Main.OK;
        }
        JsonNode summary = gateway.get(path + "/summary");
        JsonNode causes = gateway.get(path + "/causes").path("causes");
        ObjectNode result = EventCodec.json().createObjectNode();
        result.set("run", view);
        result.set("summary", summary);
        result.set("causes", causes);
        json.print(result, () -> new RunSheet(view, summary, causes).lines(ZoneId.systemDefault()));
        return Main.OK;
    }

    private static String yaml(JsonNode view) {
        return RunConfigReader.write(EventCodec.json().treeToValue(view.path("config"), RunConfig.class))
                .stripTrailing();
    }
}
