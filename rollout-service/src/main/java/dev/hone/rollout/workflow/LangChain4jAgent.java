package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.task.Task;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.openai.OpenAiChatModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// The math agent once more, in LangChain4j: its client of OpenAI's API talks to the episode's endpoint. An example of
/// how an agent of any framework is trained without a change.
public final class LangChain4jAgent implements Workflow {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final ToolSpecification PYTHON = ToolSpecification.builder()
            .name("execute_python_code")
            .description("Runs Python code and returns what it prints.")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("code", "Python code")
                    .required("code")
                    .build())
            .build();

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        ChatModel model = OpenAiChatModel.builder()
                .baseUrl(tuner.baseUrl())
                .apiKey(tuner.apiKey())
                .modelName(Tuner.TRAINED)
                .timeout(Duration.ofMillis(Math.round(1000 * tuner.settings().generateTimeout())))
                .maxRetries(0)
                .build();
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(
                SystemMessage.from(AgentPrompt.shipped(AgentPrompt.MATH_AGENT).system()));
        messages.add(UserMessage.from(task.query()));
        for (int iteration = 0; ; iteration++) {
            AiMessage answer = model.chat(ChatRequest.builder()
                            .messages(messages)
                            .toolSpecifications(PYTHON)
                            .build())
                    .aiMessage();
            if (!answer.hasToolExecutionRequests()
                    || iteration == tuner.settings().maxIters()) {
                return WorkflowOutput.answer(answer.text() == null ? "" : answer.text());
            }
            messages.add(answer);
            for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
                messages.add(ToolExecutionResultMessage.from(call, execute(call, tuner)));
            }
        }
    }

    private static String execute(ToolExecutionRequest call, Tuner tuner) {
        return call.name().equals(PYTHON.name())
                ? tuner.runPython(JSON.readTree(call.arguments()).path("code").asString(""))
                : "error: there is no tool " + call.name() + "; call " + PYTHON.name();
    }
}
