package dev.hone.bench;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.rollout.Message;
import dev.hone.policy.chat.ChatTemplate;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.policy.chat.TurnEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/// What is generated from: one prompt a group.
///
/// @param ids token ids of each
record Prompts(List<int[]> ids) {

    /// Prompts of equal length, drawn from the vocabulary.
    static Prompts random(int count, int length, int vocabulary) {
        Random random = new Random(1);
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(random.ints(length, 0, vocabulary).toArray());
        }
        return new Prompts(ids);
    }

    /// The math agent's first turn on the first problems of a file: system prompt, tool, question.
    ///
    /// @param model directory with tokenizer and chat template
    /// @param problems JSON Lines with `question`
    static Prompts mathAgent(Path model, Path problems, int count) throws IOException {
        AgentPrompt agent = AgentPrompt.shipped(AgentPrompt.MATH_AGENT);
        try (ChatTokenizer tokenizer = ChatTokenizer.load(model)) {
            TurnEncoder encoder = new TurnEncoder(tokenizer, ChatTemplate.load(model));
            List<int[]> ids = new ArrayList<>();
            for (String line : Files.readAllLines(problems).subList(0, count)) {
                String question =
                        JsonMapper.shared().readTree(line).path("question").asString();
                List<Message> messages = List.of(message("system", agent.system()), message("user", question));
                ids.add(encoder.opening(messages, agent.tools()).ids());
            }
            return new Prompts(ids);
        }
    }

    private static Message message(String role, String content) {
        return new Message(role, content, List.of(), null);
    }

    /// Writes the ids as JSON, for a peer to generate from the same.
    void write(Path file) {
        JsonMapper.shared().writeValue(file.toFile(), Map.of("ids", ids));
    }
}
