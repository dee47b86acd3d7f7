package dev.hone.contracts.judge;

import java.util.List;
import java.util.Map;

/// What a judge says of an episode.
///
/// @param reward weighted sum of the parts; this is trained on
/// @param success whether the task was solved, whatever else was wrong
/// @param parts what the reward is made of, correctness first
/// @param habits named bad habits: `missing_print` (a tool called with code that prints nothing) and `early_answer` (a
/// final
///     answer before the tool's result was read), each true or false
/// @param cause why the episode was not a success, short and countable: `none`, `wrong`, `no-answer`
public record Verdict(double reward, boolean success, List<Part> parts, Map<String, Boolean> habits, String cause) {

    public static final String MISSING_PRINT = "missing_print";
    public static final String EARLY_ANSWER = "early_answer";

    public Verdict {
        parts = List.copyOf(parts);
        habits = Map.copyOf(habits);
    }

    /// One part of the reward.
    ///
    /// @param name the judge that gave it: `math_answer`, `format`, `tool_discipline`
    /// @param score 0 to 1
    /// @param weight its share of the reward
    /// @param reason what it saw, for people
    public record Part(String name, double score, double weight, String reason) {}
}
