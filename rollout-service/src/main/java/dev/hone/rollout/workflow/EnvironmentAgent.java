package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.task.Task;
import dev.hone.rollout.environment.Environment;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.UserMessage;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.core.tool.ToolkitConfig;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The math agent in an environment: what it answers is a step, and what the environment then shows is what it is
/// asked next, until the environment is done or `max_iters` steps were made. Its last answer is the final one.
public final class EnvironmentAgent implements Workflow {

    private static final AgentPrompt PROMPT = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        Environment environment = tuner.environment()
                .orElseThrow(() -> new IllegalStateException("The workflow env_agent needs an environment: set"
                        + " task_reader.type to env_service, or user_workflow to math_agent."));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Toolkit toolkit =
                    new Toolkit(ToolkitConfig.builder().executorService(threads).build());
            toolkit.registerAgentTool(new ExecutePythonCode(PROMPT.tools().getFirst(), tuner));
            ReActAgent agent = ReActAgent.builder()
                    .name("env_agent")
                    .sysPrompt(PROMPT.system())
                    .model(tuner.asAgentScopeModel())
                    .toolkit(toolkit)
                    .maxIters(tuner.settings().maxIters())
                    .middleware(new LastTurnAsAnyOther())
                    .build();
            String shown = environment.observation();
            String question = shown.isBlank() ? task.query() : task.query() + "\n\n" + shown;
            String answer = "";
            for (int step = 0; step < tuner.settings().maxIters(); step++) {
                answer = answer(agent, question);
                Environment.Observation next = environment.step(answer);
                if (next.done()) {
                    break;
                }
                question = next.text();
            }
            return WorkflowOutput.answer(answer);
        }
    }

    private static String answer(ReActAgent agent, String question) {
        Msg answer = agent.call(
                        UserMessage.builder().name("user").textContent(question).build())
                .block();
        return answer == null ? "" : answer.getTextContent();
    }
}
