package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone logs`: what happened in a run, line by line, the failures of its episodes included.
@Command(
        name = "logs",
        description = "Prints a run's events and its episodes' failures, a line each.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {

    private record Phase(String purpose, int step) {}

    @Mixin
    private RunOption run = new RunOption();

    @Option(names = "--follow", description = "Go on until the run has ended.")
    private boolean follow;

    @Option(names = "--after", paramLabel = "ID", description = "Only events after this one (--json shows ids).")
    private long after;

    @Option(names = "--json", description = "Print each as a line of JSON.")
    private boolean json;

    @Override
    public Integer call() {
        GatewayClient gateway = run.gateway();
        String name = run.name(gateway);
        JsonNode view = gateway.get(GatewayClient.run(name));
        Printer printer = new Printer(gateway, name, view, json);
        RunLog log = new RunLog(gateway, name, after);
        if (follow) {
            log.follow(printer::print);
        } else {
            log.read(printer::print);
        }
        printer.printFailures();
        return Main.OK;
    }

    /// Prints events, and after each step the failures in it.
    private static final class Printer {
        private final GatewayClient gateway;
        private final String run;
        private final JsonNode view;
        private final boolean json;
        private final Set<Phase> begun = new LinkedHashSet<>();

        Printer(GatewayClient gateway, String run, JsonNode view, boolean json) {
            this.gateway = gateway;
            this.run = run;
            this.view = view;
            this.json = json;
        }

        void print(RunLog.Event event) {
            Console.result(json ? EventCodec.json().writeValueAsString(event.json()) : EventLine.of(event, view));
            JsonNode purpose = event.data().path("purpose");
            if (!purpose.isString()) {
                return;
            }
            Phase phase =
                    new Phase(purpose.asString(), event.data().path("step").asInt());
            begun.add(phase);
            if (!event.type().equals("progress")) {
                printFailures(phase);
                begun.remove(phase);
            }
        }

        /// Failures of phases that have begun and are not over.
        void printFailures() {
            begun.forEach(this::printFailures);
        }

        private void printFailures(Phase phase) {
            for (String state : List.of("failed", "given_up")) {
                String path = GatewayClient.run(run) + "/episodes?purpose=" + phase.purpose() + "&step=" + phase.step()
                        + "&state=" + state + "&limit=500";
                gateway.list(path, "episodes", Integer.MAX_VALUE).forEach(this::printFailure);
            }
        }

        private void printFailure(JsonNode row) {
            if (json) {
                ObjectNode line = EventCodec.json().createObjectNode();
                line.put("type", "failure").set("data", row);
                Console.result(EventCodec.json().writeValueAsString(line));
                return;
            }
            Console.result(EventLine.failure(row));
        }
    }
}
