package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A run's log of events, read from the gateway's stream of server-sent events.
final class RunLog {

    /// An event.
    ///
    /// @param id counts up
    /// @param type `run`, `step`, `evaluation` or `progress`
    record Event(long id, String type, JsonNode data) {

        ObjectNode json() {
            ObjectNode line = EventCodec.json().createObjectNode();
            line.put("id", id).put("type", type).set("data", data);
            return line;
        }
    }

    private final GatewayClient gateway;
    private final String run;
    private long last;

    /// @param after id of the last event that is known; 0 for all
    RunLog(GatewayClient gateway, String run, long after) {
        this.gateway = gateway;
        this.run = run;
        this.last = after;
    }

    /// Tells the events that there are.
    void read(Consumer<Event> told) {
        try {
            stream("?follow=false", told);
        } catch (IOException e) {
            throw gateway.gone(e);
        }
    }

    /// Tells events until the run has ended; goes on after a connection that broke.
    ///
    /// @throws NoGatewayException if nobody answers any more
    void follow(Consumer<Event> told) {
        boolean ended = false;
        while (!ended) {
            long before = last;
            try {
                stream("", told);
            } catch (IOException e) {
                if (last == before) {
                    throw gateway.gone(e);
                }
            }
            ended = Training.state(gateway.get(GatewayClient.run(run))).terminal();
        }
        read(told);
    }

    private void stream(String parameters, Consumer<Event> told) throws IOException {
        String path = GatewayClient.run(run) + "/events" + parameters;
        try (InputStream body =
                        gateway.open(path, "Accept", "text/event-stream", "Last-Event-ID", Long.toString(last));
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            long id = last;
            String type = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    id = Long.parseLong(line.substring("id:".length()).strip());
                } else if (line.startsWith("event:")) {
                    type = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line, "data:".length(), line.length());
                } else if (line.isEmpty() && !data.isEmpty()) {
                    told.accept(new Event(id, type, EventCodec.json().readTree(data.toString())));
                    last = id;
                    data.setLength(0);
                }
            }
        }
    }
}
