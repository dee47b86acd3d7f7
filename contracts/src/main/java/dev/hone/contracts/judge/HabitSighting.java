package dev.hone.contracts.judge;

import org.jspecify.annotations.Nullable;

/// Where in an episode's conversation a bad habit is seen: judge-service's answer to
/// `GET /api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/habits` is a list of these.
///
/// @param habit its name, one of [Verdict#habits()]
/// @param message index of the message that shows it
/// @param toolCallId the call in that message; null where it is not a call
public record HabitSighting(
        String habit, int message, @Nullable String toolCallId) {}
