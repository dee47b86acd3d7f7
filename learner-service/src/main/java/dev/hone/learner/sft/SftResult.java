package dev.hone.learner.sft;

import java.nio.file.Path;
import java.time.Duration;

/// What a fine-tuning left behind.
///
/// @param steps optimizer steps
/// @param conversations learned from, in each epoch
/// @param leftOut conversations longer than `max_length`
/// @param lastLoss mean over the last tenth of the steps, nats per token
/// @param tokensPerSecond tokens of conversations per second
/// @param took training alone
/// @param checksum of the float32 weights
/// @param export the trained model's folder
public record SftResult(
        int steps,
        int conversations,
        int leftOut,
        double lastLoss,
        double tokensPerSecond,
        Duration took,
        String checksum,
        Path export) {}
