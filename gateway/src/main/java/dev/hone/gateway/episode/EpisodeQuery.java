package dev.hone.gateway.episode;

import dev.hone.contracts.judge.Verdict;
import dev.hone.gateway.problem.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which episodes to list; null: no such condition. A form sends what is left empty as an empty text: none either.
///
/// @param after cursor of the last one before
public record EpisodeQuery(
        @Nullable String purpose,
        @Nullable Integer step,
        @Nullable Boolean success,
        @Nullable String state,
        @Nullable String cause,
        @Nullable String habit,
        @Nullable Double minReward,
        @Nullable Double maxReward,
        @Nullable String after) {

    public static final int MAX_LIMIT = 500;

    private static final Map<String, String> HABITS =
            Map.of(Verdict.MISSING_PRINT, "missing_print", Verdict.EARLY_ANSWER, "early_answer");
    private static final List<String> STATES = List.of("finished", "judged", "failed", "given_up");
    private static final Pattern CURSOR = Pattern.compile("(train|eval)-(\\d{1,9})-(\\d{1,9})-(\\d{1,9})-(\\d{1,9})");

    public EpisodeQuery {
        purpose = some(purpose);
        state = some(state);
        cause = some(cause);
        habit = some(habit);
        after = some(after);
    }

    private static @Nullable String some(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    static void requirePurpose(@Nullable String purpose) {
        if (purpose != null && !purpose.equals("train") && !purpose.equals("eval")) {
            throw ApiException.badRequest("No such purpose", "purpose is '" + purpose + "'; choose train or eval.");
        }
    }

    /// A statement with its parameters, for one row more than asked.
    record Sql(String text, List<Object> parameters) {}

    /// @throws ApiException 400 for what is no purpose, state, habit, cursor or limit
    Sql sql(String run, int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw ApiException.badRequest(
                    "Limit out of range", "limit is " + limit + "; ask for 1 to " + MAX_LIMIT + " and follow `next`.");
        }
        if (habit != null && !HABITS.containsKey(habit)) {
            throw ApiException.badRequest(
                    "No such habit", "habit is '" + habit + "'; choose missing_print or early_answer.");
        }
        if (state != null && !STATES.contains(state)) {
            throw ApiException.badRequest("No such state", "state is '" + state + "'; choose one of " + STATES + ".");
        }
        requirePurpose(purpose);
        StringBuilder text = new StringBuilder("select * from episode where run = ?");
        List<Object> parameters = new ArrayList<>(List.of(run));
        add(text, parameters, " and purpose = ?", purpose);
        add(text, parameters, " and step = ?", step);
        add(text, parameters, " and success = ?", success);
        add(text, parameters, " and state = ?", state);
        add(text, parameters, " and cause = ?", cause);
        add(text, parameters, " and reward >= ?", minReward);
        add(text, parameters, " and reward <= ?", maxReward);
        if (habit != null) {
            text.append(" and ").append(HABITS.get(habit));
        }
        if (after != null) {
            Matcher cursor = CURSOR.matcher(after);
            if (!cursor.matches()) {
                throw ApiException.badRequest(
                        "Not a cursor", "after is '" + after + "'; send the `next` of the page before.");
            }
            text.append(" and (purpose, step, grp, sample, attempt) > (?, ?, ?, ?, ?)");
            parameters.add(cursor.group(1));
            for (int i = 2; i <= 5; i++) {
                parameters.add(Integer.valueOf(cursor.group(i)));
            }
        }
        text.append(" order by purpose, step, grp, sample, attempt limit ?");
        parameters.add(limit + 1);
        return new Sql(text.toString(), parameters);
    }

    private static void add(StringBuilder text, List<Object> parameters, String condition, @Nullable Object value) {
        if (value != null) {
            text.append(condition);
            parameters.add(value);
        }
    }
}
