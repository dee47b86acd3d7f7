package dev.hone.contracts.task;

/// The environment of an episode: docs/env-service.md.
///
/// @param url address of the service
/// @param envType which of its environments
/// @param taskId the task as the service names it
/// @param callTimeout seconds that one request may take
public record TaskEnvironment(String url, String envType, String taskId, double callTimeout) {

    /// Key of [Task#metadata()] with the task's name at the service.
    public static final String TASK_ID = "env_task_id";
}
