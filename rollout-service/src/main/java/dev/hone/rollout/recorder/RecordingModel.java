package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import io.agentscope.core.message.ContentBlock;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.MsgRole;
import io.agentscope.core.message.TextBlock;
import io.agentscope.core.message.ToolResultBlock;
import io.agentscope.core.message.ToolUseBlock;
import io.agentscope.core.model.ChatResponse;
import io.agentscope.core.model.ChatUsage;
import io.agentscope.core.model.GenerateOptions;
import io.agentscope.core.model.Model;
import io.agentscope.core.model.ToolSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The recorder as a model of AgentScope. One chunk per answer.
final class RecordingModel implements Model {

    /// Name of a call that could not be understood; no tool has it.
    private static final String UNREADABLE = "unreadable_call";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Recorder recorder;
    private final boolean trained;

    /// @param trained whether what it samples counts in the loss
    RecordingModel(Recorder recorder, boolean trained) {
        this.recorder = recorder;
        this.trained = trained;
    }

    @Override
    public Flux<ChatResponse> stream(
            List<Msg> messages, @Nullable List<ToolSchema> tools, @Nullable GenerateOptions options) {
        return Flux.defer(() ->
                Flux.just(response(recorder.ask(Request.local(messages(messages), schemas(tools), trained))
                        .getFirst())));
    }

    @Override
    public String getModelName() {
        return trained ? "policy" : "policy-untrained";
    }

    private static ChatResponse response(Answer answer) {
        List<ContentBlock> blocks = new ArrayList<>();
        if (!answer.text().isEmpty() || answer.calls().isEmpty()) {
            blocks.add(TextBlock.builder().text(answer.text()).build());
        }
        for (Message.ToolCall call : answer.calls()) {
            blocks.add(ToolUseBlock.builder()
                    .id(call.id())
                    .name(call.name().isEmpty() || call.malformed() ? UNREADABLE : call.name())
                    .input(call.malformed() ? Map.of() : JSON.readValue(call.arguments(), new TypeReference<>() {}))
                    .content(call.malformed() ? "{}" : call.arguments())
                    .build());
        }
        return ChatResponse.builder()
                .content(blocks)
                .usage(ChatUsage.builder()
                        .inputTokens(answer.promptTokens())
                        .outputTokens(answer.sampledTokens())
                        .build())
                .finishReason(answer.finishReason())
                .build();
    }

    private static List<Message> messages(List<Msg> messages) {
        List<Message> out = new ArrayList<>();
        for (Msg message : messages) {
            if (message.getRole() == MsgRole.TOOL) {
                for (ToolResultBlock result : message.getContentBlocks(ToolResultBlock.class)) {
                    out.add(new Message("tool", text(result.getOutput()), List.of(), result.getId()));
                }
            } else if (message.getRole() == MsgRole.ASSISTANT) {
                out.add(Recorder.told(
                        text(message.getContent()),
                        message.getContentBlocks(ToolUseBlock.class).stream()
                                .map(call -> new Message.ToolCall(call.getId(), "", "", false))
                                .toList()));
            } else {
                String role = message.getRole() == MsgRole.SYSTEM ? "system" : "user";
                out.add(new Message(role, text(message.getContent()), List.of(), null));
            }
        }
        return out;
    }

    private static String text(List<ContentBlock> blocks) {
        return blocks.stream()
                .filter(TextBlock.class::isInstance)
                .map(block -> ((TextBlock) block).getText())
                .collect(Collectors.joining("\n"));
    }

    private static List<Map<String, Object>> schemas(@Nullable List<ToolSchema> tools) {
        if (tools == null) {
            return List.of();
        }
        List<Map<String, Object>> schemas = new ArrayList<>();
        for (ToolSchema tool : tools) {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("name", tool.getName());
            function.put("description", tool.getDescription());
            function.put("parameters", tool.getParameters());
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "function");
            schema.put("function", function);
            schemas.add(schema);
        }
        return schemas;
    }
}
