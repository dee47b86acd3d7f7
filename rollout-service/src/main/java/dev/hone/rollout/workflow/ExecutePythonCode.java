package dev.hone.rollout.workflow;

import io.agentscope.core.message.ToolResultBlock;
import io.agentscope.core.tool.AgentTool;
import io.agentscope.core.tool.ToolCallParam;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/// `execute_python_code(code)`: Python in the sandbox, described to the model as the prompt says.
final class ExecutePythonCode implements AgentTool {

    private final Map<?, ?> function;
    private final Tuner tuner;

    ExecutePythonCode(Map<String, Object> schema, Tuner tuner) {
        this.function = (Map<?, ?>) Objects.requireNonNull(schema.get("function"));
        this.tuner = tuner;
    }

    @Override
    public String getName() {
        return String.valueOf(function.get("name"));
    }

    @Override
    public String getDescription() {
        return String.valueOf(function.get("description"));
    }

    @Override
    @SuppressWarnings("unchecked")
    public Map<String, Object> getParameters() {
        return (Map<String, Object>) Objects.requireNonNull(function.get("parameters"));
    }

    @Override
    public Mono<ToolResultBlock> callAsync(ToolCallParam call) {
        return Mono.fromCallable(() -> ToolResultBlock.text(
                tuner.runPython(String.valueOf(call.getInput().get("code")))));
    }
}
