package dev.hone.contracts.task;

import java.util.Map;

/// One problem from a dataset.
///
/// @param taskId unique within its split, for example `train-17`
/// @param query what the agent is asked
/// @param metadata the row's columns as text, among them `answer` (the reference answer, as the dataset writes
/// it)
public record Task(String taskId, String query, Map<String, String> metadata) {

    public Task {
        metadata = Map.copyOf(metadata);
    }
}
