package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import org.jspecify.annotations.Nullable;

/// So many attempts with one purpose are in one state for one reason.
record LedgerLine(
        Purpose purpose, EpisodeState state, @Nullable String reason, long count) {}
