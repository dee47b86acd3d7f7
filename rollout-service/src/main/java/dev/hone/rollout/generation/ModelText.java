package dev.hone.rollout.generation;

import dev.hone.policy.chat.ChatTemplate;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.policy.chat.TurnEncoder;
import dev.hone.rollout.toolcall.ToolCallFormat;
import java.nio.file.Path;

/// How a run's model reads and writes text.
///
/// @param tokenizer text and ids
/// @param turns a conversation's tokens, turn by turn
/// @param calls how it writes tool calls
public record ModelText(ChatTokenizer tokenizer, TurnEncoder turns, ToolCallFormat calls) {

    /// Reads the files of a model's folder.
    ///
    /// @throws IllegalArgumentException if one is missing or unusable
    public static ModelText load(Path modelDirectory) {
        ChatTokenizer tokenizer = ChatTokenizer.load(modelDirectory);
        ChatTemplate template = ChatTemplate.load(modelDirectory);
        return new ModelText(
                tokenizer, new TurnEncoder(tokenizer, template), ToolCallFormat.of(template.sourceWithTools()));
    }
}
