package dev.hone.worker;

import dev.hone.contracts.EventCodec;
import dev.hone.worker.inside.Guest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Calls a [TestingAgent]: the task's metadata with the endpoint's address and key go in.
public final class TestingGuest implements Guest<TestingAgent> {

    @Override
    public Class<TestingAgent> type() {
        return TestingAgent.class;
    }

    @Override
    public JsonNode call(Supplier<TestingAgent> code, JsonNode request) throws Exception {
        Map<String, String> in = new HashMap<>();
        request.path("task").path("metadata").forEachEntry((name, value) -> in.put(name, value.asString()));
        in.put("base_url", request.path("base_url").asString(""));
        in.put("api_key", request.path("api_key").asString(""));
        return EventCodec.json().valueToTree(code.get().run(in));
    }
}
