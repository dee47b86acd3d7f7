package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import java.util.List;
import java.util.Map;

/// `tool_discipline`: the share of the [Habits] that the agent does not show: 1, ½ or 0.
final class ToolDiscipline implements Judge {

    static final String NAME = "tool_discipline";

    @Override
    public String description() {
        return "1 less 1/2 for each habit: missing_print, early_answer";
    }

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        Map<String, Boolean> habits = Habits.of(episode.messages());
        List<String> shown = habits.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return shown.isEmpty()
                ? Score.full("No bad habit.")
                : new Score(
                        1 - (double) shown.size() / habits.size(),
                        shown.getFirst().replace('_', '-'),
                        "Bad habits: " + String.join(", ", shown) + ".");
    }
}
