package dev.hone.rollout.tool;

import dev.hone.contracts.EpisodeKey;
import java.time.Duration;

/// Python that a model wrote, to be run.
///
/// @param episode in which it was written
/// @param timeout wall-clock limit of the code
/// @param cpu processor time of the code; zero: the sandbox's own limit
public record ToolCall(EpisodeKey episode, String code, Duration timeout, Duration cpu) {}
