package dev.hone.rollout.workflow;

import dev.hone.contracts.task.Task;

/// Solves math problems with a Python tool: an AgentScope ReAct agent, its memory in this process. It may
/// call the tool in `max_iters` turns and then answers, `\boxed{}` in its words.
public final class MathAgent implements Workflow {

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        try (PythonAgent agent = new PythonAgent("math_agent", tuner)) {
            return WorkflowOutput.answer(agent.ask(task.query()));
        }
    }
}
