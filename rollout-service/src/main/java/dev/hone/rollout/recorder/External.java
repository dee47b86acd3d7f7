package dev.hone.rollout.recorder;

import dev.hone.contracts.task.Task;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;

/// An agent in another process, which began the episode and ends it over REST; it talks to the policy through the
/// episode's endpoint.
public final class External implements Workflow {

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) throws InterruptedException {
        return ((EpisodeTuner) tuner).agent().await();
    }
}
