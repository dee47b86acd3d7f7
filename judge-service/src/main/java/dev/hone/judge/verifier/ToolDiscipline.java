package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import java.util.List;
import java.util.Map;

/// `tool_discipline`: 1 if the agent shows none of the [Habits].
final class ToolDiscipline implements Judge {

    static final String NAME = "tool_discipline";

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        List<String> shown = Habits.of(episode.messages()).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return shown.isEmpty()
                ? Score.full("No bad habit.")
                : Score.none(shown.getFirst().replace('_', '-'), "Bad habits: " + String.join(", ", shown) + ".");
    }
}
