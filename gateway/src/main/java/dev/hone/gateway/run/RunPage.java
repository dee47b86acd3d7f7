package dev.hone.gateway.run;

import dev.hone.contracts.run.RunState;
import dev.hone.gateway.problem.ApiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which runs to list, newest first.
///
/// @param states null: all
/// @param after name of the last run of the page before; null: from the newest
record RunPage(@Nullable List<RunState> states, @Nullable String after, int limit) {

    static final int MOST = 500;

    /// @throws ApiException 400 if the states or the limit are none
    static RunPage of(@Nullable List<String> states, @Nullable String after, int limit) {
        if (limit < 1 || limit > MOST) {
            throw ApiException.badRequest(
                    "Limit out of range", "limit is " + limit + "; ask for 1 to " + MOST + " and follow `next`.");
        }
        return new RunPage(states == null || states.isEmpty() ? null : parse(states), after, limit);
    }

    private static List<RunState> parse(List<String> labels) {
        List<RunState> states = new ArrayList<>();
        for (String label : labels) {
            states.add(Arrays.stream(RunState.values())
                    .filter(state -> state.label().equals(label.strip().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> ApiException.badRequest(
                            "No such state",
                            "state is '" + label + "'; choose some of "
                                    + Arrays.stream(RunState.values())
                                            .map(RunState::label)
                                            .toList()
                                    + ".")));
        }
        return states;
    }
}
