package dev.hone.rollout.workflow;

import io.agentscope.core.agent.Agent;
import io.agentscope.core.agent.RuntimeContext;
import io.agentscope.core.event.AgentEvent;
import io.agentscope.core.message.Msg;
import io.agentscope.core.middleware.MiddlewareBase;
import io.agentscope.core.middleware.ModelCallInput;
import io.agentscope.core.model.ToolSchema;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/// After its last tool turn a ReAct agent asks once more, with a hint of its own and without the tools. Here
/// it asks as in every other turn, so that the tokens stay those of a conversation as the model is taught it;
/// a call in this last answer is not executed.
final class LastTurnAsAnyOther implements MiddlewareBase {

    private List<ToolSchema> tools = List.of();

    @Override
    public Flux<AgentEvent> onModelCall(
            Agent agent,
            RuntimeContext context,
            ModelCallInput input,
            Function<ModelCallInput, Flux<AgentEvent>> next) {
        if (input.tools() != null) {
            tools = input.tools();
            return next.apply(input);
        }
        List<Msg> withoutHint = input.messages().subList(0, input.messages().size() - 1);
        return next.apply(new ModelCallInput(withoutHint, tools, input.options(), input.model()));
    }
}
