package dev.hone.rollout.workflow;

import dev.hone.contracts.task.Task;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.model.Model;

/// Two agents, one of which is trained: the math agent solves the problem, a reviewer with the same weights reads the
/// solution, and the math agent answers once more with the remark in mind. What the reviewer says is recorded and
/// counts
/// in no loss.
public final class SolverAndReviewer implements Workflow {

    private static final String REVIEWER =
            "You review solutions of math problems. Say in one sentence what is wrong, or that it is right.";

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        try (PythonAgent solver = new PythonAgent("solver", tuner)) {
            ReActAgent reviewer = agent("reviewer", REVIEWER, tuner.asUntrainedAgentScopeModel());
            String solution = solver.ask(task.query());
            String remark = PythonAgent.ask(reviewer, "Problem: " + task.query() + "\nSolution: " + solution);
            String answer = solver.ask("A reviewer says: " + remark + "\nGive the final answer in \\boxed{}.");
            return WorkflowOutput.answer(answer);
        }
    }

    private static ReActAgent agent(String name, String prompt, Model model) {
        return ReActAgent.builder()
                .name(name)
                .sysPrompt(prompt)
                .model(model)
                .maxIters(1)
                .build();
    }
}
