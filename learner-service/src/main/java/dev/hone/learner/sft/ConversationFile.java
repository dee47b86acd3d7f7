package dev.hone.learner.sft;

import dev.hone.contracts.rollout.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conversations as JSON Lines, each line with `messages`; other keys are for people.
final class ConversationFile {
    private ConversationFile() {}

    /// @throws IllegalArgumentException with the line's number if one cannot be used
    static List<List<Message>> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "There is no file " + file.toAbsolutePath() + " to learn from; set hone.data.file_path.");
        }
        List<List<Message>> conversations = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    conversations.add(messages(line, file + " line " + number));
                }
            }
        }
        if (conversations.isEmpty()) {
            throw new IllegalArgumentException(file + " has no conversation; each line needs \"messages\".");
        }
        return conversations;
    }

    private static List<Message> messages(String line, String where) {
        try {
            List<Message> messages = new ArrayList<>();
            for (JsonNode node : JsonMapper.shared().readTree(line).path("messages")) {
                String role = node.path("role").asString("");
                if (!List.of("system", "user", "assistant", "tool").contains(role)
                        || !node.path("content").isString()) {
                    throw new IllegalArgumentException(where + " has a message " + node
                            + "; each needs a role (system, user, assistant or tool) and a content as text.");
                }
                messages.add(new Message(role, node.path("content").asString(), List.of(), null));
            }
            if (messages.isEmpty()) {
                throw new IllegalArgumentException(where + " has no messages; each line needs \"messages\".");
            }
            return messages;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(where + " is no JSON: " + e.getOriginalMessage() + ".", e);
        }
    }
}
