package dev.hone.gateway.tracker;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A run, as far as trackers are told of it.
record TrackedRun(
        String name,
        RunConfig config,
        RunState state,
        Instant submittedAt,
        @Nullable Instant endedAt) {}
