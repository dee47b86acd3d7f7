package dev.hone.gateway.page;

import dev.hone.contracts.judge.Verdict;
import dev.hone.gateway.episode.EpisodeRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An episode as it is shown.
///
/// @param path where its page is
/// @param attempts newest first
/// @param verdict on the newest; null before
/// @param output what the workflow gave, by name
/// @param calls code that it had run
record Episode(
        String run,
        String path,
        List<EpisodeRow> attempts,
        @Nullable String question,
        Map<String, String> metadata,
        @Nullable String failure,
        @Nullable Verdict verdict,
        Map<String, String> output,
        Conversation conversation,
        List<ToolRun> calls) {

    public EpisodeRow newest() {
        return attempts.getFirst();
    }

    /// Code that was run.
    record ToolRun(
            int attempt,
            String outcome,
            long millis,
            @Nullable Integer exitCode,
            String code,
            @Nullable String stdout,
            @Nullable String stderr) {}

    /// The habits that it shows, in words.
    public List<String> habits() {
        return verdict == null
                ? List.of()
                : verdict.habits().entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .sorted()
                        .map(habit -> habit.replace('_', ' '))
                        .toList();
    }
}
