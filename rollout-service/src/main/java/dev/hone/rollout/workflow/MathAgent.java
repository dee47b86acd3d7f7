package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.task.Task;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.UserMessage;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.core.tool.ToolkitConfig;
import java.util.concurrent.ExecutorService;

/// Solves math problems with a Python tool: an AgentScope ReAct agent, its memory in this process. It may
/// call the tool in `max_iters` turns and then answers, `\boxed{}` in its words.
public final class MathAgent implements Workflow {

    private static final AgentPrompt PROMPT = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        try (ExecutorService thread = new CallingThread()) {
            Toolkit toolkit =
                    new Toolkit(ToolkitConfig.builder().executorService(thread).build());
            toolkit.registerAgentTool(new ExecutePythonCode(PROMPT.tools().getFirst(), tuner));
            ReActAgent agent = ReActAgent.builder()
                    .name("math_agent")
                    .sysPrompt(PROMPT.system())
                    .model(tuner.asAgentScopeModel())
                    .toolkit(toolkit)
                    .maxIters(tuner.settings().maxIters())
                    .middleware(new LastTurnAsAnyOther())
                    .build();
            Msg answer = agent.call(UserMessage.builder()
                            .name("user")
                            .textContent(task.query())
                            .build())
                    .block();
            return WorkflowOutput.answer(answer == null ? "" : answer.getTextContent());
        }
    }
}
