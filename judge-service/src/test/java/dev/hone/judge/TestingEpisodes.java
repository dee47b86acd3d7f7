package dev.hone.judge;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Episodes made by hand.
public final class TestingEpisodes {

    public static final JudgeConfig MATH_AGENT = RunConfigReader.defaults().taskJudge();

    private TestingEpisodes() {}

    public static Task task(String answer) {
        return new Task("t-1", "How many?", Map.of("answer", answer));
    }

    public static EpisodeFinished episode(String reference, Message... messages) {
        return episode(0, MATH_AGENT, reference, messages);
    }

    public static EpisodeFinished episode(int attempt, JudgeConfig judge, String reference, Message... messages) {
        return episode(new EpisodeKey(new RunId("run-1"), Purpose.TRAIN, 1, 2, 3, attempt), judge, reference, messages);
    }

    public static EpisodeFinished episode(EpisodeKey key, JudgeConfig judge, String reference, Message... messages) {
        return new EpisodeFinished(
                key,
                task(reference),
                judge,
                null,
                Map.of(),
                List.of(messages),
                new byte[0],
                EpisodeFinished.Usage.NONE,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    public static EpisodeFinished failed(int attempt, Failure failure) {
        EpisodeFinished episode = episode(attempt, MATH_AGENT, "1");
        return new EpisodeFinished(
                episode.episode(),
                episode.task(),
                episode.judge(),
                failure,
                Map.of(),
                List.of(),
                new byte[0],
                EpisodeFinished.Usage.NONE,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    public static Message says(String text) {
        return new Message("assistant", text, List.of(), null);
    }

    /// A turn that calls the Python tool, in the form that the model writes.
    public static Message calls(String before, String id, String code) {
        String arguments = "{\"code\": \"" + code.replace("\"", "\\\"").replace("\n", "\\n") + "\"}";
        return new Message(
                "assistant",
                before + "\n<tool_call>\n{\"name\": \"execute_python_code\", \"arguments\": " + arguments
                        + "}\n</tool_call>",
                List.of(new Message.ToolCall(id, "execute_python_code", arguments, false)),
                null);
    }

    public static Message answers(String id, String output) {
        return new Message("tool", output, List.of(), id);
    }
}
