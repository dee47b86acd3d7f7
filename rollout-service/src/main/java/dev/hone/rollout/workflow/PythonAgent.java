package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.AgentPrompt;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.UserMessage;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.core.tool.ToolkitConfig;
import java.util.concurrent.ExecutorService;

/// The policy as an AgentScope ReAct agent with a Python tool, under the math agent's prompt; its memory is in this
/// process. The tool runs in the thread that asks.
final class PythonAgent implements AutoCloseable {

    private static final AgentPrompt PROMPT = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);

    private final ExecutorService thread = new CallingThread();
    private final ReActAgent agent;

    PythonAgent(String name, Tuner tuner) {
        Toolkit toolkit =
                new Toolkit(ToolkitConfig.builder().executorService(thread).build());
        toolkit.registerAgentTool(new ExecutePythonCode(PROMPT.tools().getFirst(), tuner));
        agent = ReActAgent.builder()
                .name(name)
                .sysPrompt(PROMPT.system())
                .model(tuner.asAgentScopeModel())
                .toolkit(toolkit)
                .maxIters(tuner.settings().maxIters())
                .middleware(new LastTurnAsAnyOther())
                .build();
    }

    /// Its answer, once it calls no tool any more or `max_iters` turns are over.
    String ask(String question) {
        return ask(agent, question);
    }

    /// Any agent's answer; empty if it gives none.
    static String ask(ReActAgent agent, String question) {
        Msg answer = agent.call(
                        UserMessage.builder().name("user").textContent(question).build())
                .block();
        return answer == null ? "" : answer.getTextContent();
    }

    @Override
    public void close() {
        thread.close();
    }
}
