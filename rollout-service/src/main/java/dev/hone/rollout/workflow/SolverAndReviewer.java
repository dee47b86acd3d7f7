package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.task.Task;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.UserMessage;
import io.agentscope.core.model.Model;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.core.tool.ToolkitConfig;
import java.util.concurrent.ExecutorService;

/// Two agents, one of which is trained: the math agent solves the problem, a reviewer with the same weights reads the
/// solution, and the math agent answers once more with the remark in mind. What the reviewer says is recorded and
/// counts
/// in no loss.
public final class SolverAndReviewer implements Workflow {

    private static final AgentPrompt PROMPT = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);
    private static final String REVIEWER =
            "You review solutions of math problems. Say in one sentence what is wrong, or that it is right.";

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        try (ExecutorService thread = new CallingThread()) {
            Toolkit tools =
                    new Toolkit(ToolkitConfig.builder().executorService(thread).build());
            tools.registerAgentTool(new ExecutePythonCode(PROMPT.tools().getFirst(), tuner));
            ReActAgent solver = ReActAgent.builder()
                    .name("solver")
                    .sysPrompt(PROMPT.system())
                    .model(tuner.asAgentScopeModel())
                    .toolkit(tools)
                    .maxIters(tuner.settings().maxIters())
                    .middleware(new LastTurnAsAnyOther())
                    .build();
            ReActAgent reviewer = agent("reviewer", REVIEWER, tuner.asUntrainedAgentScopeModel());
            String solution = say(solver, task.query());
            String remark = say(reviewer, "Problem: " + task.query() + "\nSolution: " + solution);
            String answer = say(solver, "A reviewer says: " + remark + "\nGive the final answer in \\boxed{}.");
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

    private static String say(ReActAgent agent, String words) {
        Msg answer = agent.call(
                        UserMessage.builder().name("user").textContent(words).build())
                .block();
        return answer == null ? "" : answer.getTextContent();
    }
}
