package dev.hone.debug;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.Recording;
import dev.hone.rollout.tool.ToolCall;
import dev.hone.rollout.tool.ToolText;
import dev.hone.rollout.workflow.Tuner;
import io.agentscope.core.message.ContentBlock;
import io.agentscope.core.message.Msg;
import io.agentscope.core.message.MsgRole;
import io.agentscope.core.message.TextBlock;
import io.agentscope.core.message.ToolResultBlock;
import io.agentscope.core.message.ToolUseBlock;
import io.agentscope.core.model.ChatResponse;
import io.agentscope.core.model.GenerateOptions;
import io.agentscope.core.model.Model;
import io.agentscope.core.model.ToolSchema;
import io.agentscope.core.model.transport.HttpTransportConfig;
import io.agentscope.core.model.transport.JdkHttpTransport;
import io.agentscope.extensions.model.openai.OpenAIChatModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/// The tuner of one episode on a server; notes the conversation of its AgentScope model, which answers in the thread
/// that
/// asks.
final class ServerTuner implements Tuner {

    private final ServerPlayer server;
    private final EpisodeKey episode;
    private final RolloutConfig settings;
    private List<Message> conversation = List.of();
    private String finishReason = "";
    private int turns;
    private int toolCalls;

    ServerTuner(ServerPlayer server, TaskIssued issued) {
        this.server = server;
        this.episode = issued.episode();
        this.settings = issued.rollout();
    }

    /// The server's model, noted.
    private final class Noted implements Model {

        private final Model model =
                OpenAIChatModel.builder()
                        .baseUrl(server.baseUrl())
                        .apiKey(server.apiKey())
                        .modelName(server.model())
                        .stream(false)
                        .httpTransport(JdkHttpTransport.builder()
                                .config(HttpTransportConfig.builder()
                                        .readTimeout(Duration.ofHours(1))
                                        .build())
                                .build())
                        .build();

        @Override
        public Flux<ChatResponse> stream(
                List<Msg> messages, @Nullable List<ToolSchema> tools, @Nullable GenerateOptions options) {
            return Flux.defer(() -> {
                List<ChatResponse> answer =
                        model.stream(messages, tools, options).collectList().block();
                List<ChatResponse> chunks = answer == null ? List.of() : answer;
                note(messages, chunks);
                return Flux.fromIterable(chunks);
            });
        }

        @Override
        public String getModelName() {
            return server.model();
        }
    }

    @Override
    public Model asAgentScopeModel() {
        return new Noted();
    }

    @Override
    public Model asUntrainedAgentScopeModel() {
        return new Noted();
    }

    @Override
    public String baseUrl() {
        return server.baseUrl();
    }

    @Override
    public String apiKey() {
        return server.apiKey();
    }

    @Override
    public String runPython(String code) {
        toolCalls++;
        Duration limit = Duration.ofNanos(Math.round(settings.toolTimeout() * 1e9));
        Duration cpu = Duration.ofNanos(Math.round(settings.toolCpuSeconds() * 1e9));
        ToolCall call = new ToolCall(episode, code, limit, cpu);
        return ToolText.of(server.sandbox().execute(call, Deadline.in(LocalPlayer.UNLIMITED)), limit);
    }

    @Override
    public RolloutConfig settings() {
        return settings;
    }

    /// What the workflow's AgentScope agent said and heard; of a workflow that talks to the server by itself, nothing.
    Recording recording() {
        return new Recording(
                conversation,
                new Trajectory(List.of()),
                finishReason,
                new EpisodeFinished.Usage(0, 0, turns, toolCalls, 0, 0));
    }

    private void note(List<Msg> asked, List<ChatResponse> answer) {
        turns++;
        for (ChatResponse chunk : answer) {
            finishReason = chunk.getFinishReason() == null ? finishReason : chunk.getFinishReason();
        }
        List<Message> all = new ArrayList<>();
        for (Msg message : asked) {
            List<ToolResultBlock> results = message.getContentBlocks(ToolResultBlock.class);
            if (message.getRole() == MsgRole.TOOL) {
                results.forEach(
                        result -> all.add(new Message("tool", text(result.getOutput()), List.of(), result.getId())));
            } else {
                all.add(said(message.getRole().name().toLowerCase(java.util.Locale.ROOT), message.getContent()));
            }
        }
        all.add(said(
                "assistant",
                answer.stream().flatMap(chunk -> chunk.getContent().stream()).toList()));
        conversation = all;
    }

    private static Message said(String role, List<ContentBlock> content) {
        return new Message(
                role,
                text(content),
                content.stream()
                        .filter(ToolUseBlock.class::isInstance)
                        .map(ToolUseBlock.class::cast)
                        .map(call -> new Message.ToolCall(
                                call.getId(),
                                call.getName(),
                                JsonMapper.shared().writeValueAsString(call.getInput()),
                                false))
                        .toList(),
                null);
    }

    private static String text(List<ContentBlock> blocks) {
        return blocks.stream()
                .filter(TextBlock.class::isInstance)
                .map(block -> ((TextBlock) block).getText())
                .collect(Collectors.joining("\n"));
    }
}
