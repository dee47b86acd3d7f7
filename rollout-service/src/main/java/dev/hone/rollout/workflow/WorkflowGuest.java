package dev.hone.rollout.workflow;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.Task;
import dev.hone.worker.inside.Guest;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Runs a jar's workflow inside the jail, on a tuner that reaches the episode through its endpoint.
public final class WorkflowGuest implements Guest<Workflow> {

    @Override
    public Class<Workflow> type() {
        return Workflow.class;
    }

    @Override
    public JsonNode call(Supplier<Workflow> code, JsonNode request) throws Exception {
        Tuner tuner = new EndpointTuner(
                request.path("base_url").asString(),
                request.path("api_key").asString(),
                EventCodec.json().treeToValue(request.path("settings"), RolloutConfig.class),
                request.path("observation").asString(null));
        Task task = EventCodec.json().treeToValue(request.path("task"), Task.class);
        return EventCodec.json().valueToTree(code.get().run(task, tuner));
    }
}
