package dev.hone.rollout.workflow;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.worker.Access;
import dev.hone.worker.CodeFile;
import dev.hone.worker.WorkerAnswer;
import dev.hone.worker.Workers;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A workflow in a file: the episode's task, address and key go to the run's worker, and its answer comes back.
record FileWorkflow(Workers workers, String run, CodeFile file) implements Workflow {

    /// Key of the metadata under which the file's SHA-256 is kept with the episode.
    static final String SHA256 = "workflow_sha256";

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) throws InterruptedException {
        ObjectNode request = EventCodec.json().createObjectNode().put("api_key", tuner.apiKey());
        request.set("task", EventCodec.json().valueToTree(task));
        request.set("settings", EventCodec.json().valueToTree(tuner.settings()));
        tuner.environment().ifPresent(environment -> request.put("observation", environment.observation()));
        Access access = new Access(URI.create(tuner.baseUrl()), tuner.apiKey());
        return switch (workers.call(run, file, request, access)) {
            case WorkerAnswer.Value(JsonNode value, String sha256) -> output(value, sha256);
            case WorkerAnswer.Raised(String text, String kind) -> throw error("failed with " + text);
            case WorkerAnswer.Failed(Failure failure) -> throw new EpisodeFailedException(failure);
        };
    }

    /// Text is the final answer; an object may have `reward`, `final_answer` and `metadata`.
    private WorkflowOutput output(JsonNode value, String sha256) {
        Map<String, String> metadata = new HashMap<>();
        Double reward = null;
        if (value.isString()) {
            metadata.put(EpisodeFinished.FINAL_ANSWER, value.asString());
        } else if (value.isObject()) {
            value.path("metadata").forEachEntry((name, text) -> metadata.put(name, text(text)));
            if (value.has(EpisodeFinished.FINAL_ANSWER)) {
                metadata.put(EpisodeFinished.FINAL_ANSWER, text(value.get(EpisodeFinished.FINAL_ANSWER)));
            }
            reward = reward(value.get(WorkflowOutput.REWARD));
        } else {
            throw error("returned " + value + ", which is neither text nor an object with final_answer, reward or"
                    + " metadata");
        }
        metadata.put(SHA256, sha256);
        return new WorkflowOutput(reward, metadata);
    }

    private @Nullable Double reward(@Nullable JsonNode reward) {
        if (reward == null || reward.isNull()) {
            return null;
        }
        if (!reward.isNumber()) {
            throw error("returned the reward " + reward + ", which is no number");
        }
        return reward.asDouble();
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.asString() : value.toString();
    }

    private EpisodeFailedException error(String what) {
        return new EpisodeFailedException(
                new Failure("workflow-error", "The workflow '" + file + "' " + what + "; mend the workflow.", true));
    }
}
