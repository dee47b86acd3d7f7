package dev.hone.rollout.workflow;

import dev.hone.contracts.task.Task;

/// An agent: solves one task through a tuner. Needs a constructor without arguments; a new object is made for
/// each episode, on a thread of its own.
public interface Workflow {

    /// Works on the task until there is an answer.
    ///
    /// @throws Exception if the episode fails; the message is told to people
    WorkflowOutput run(Task task, Tuner tuner) throws Exception;
}
