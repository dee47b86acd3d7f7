package dev.hone.learner.sft;

import java.time.Duration;

/// How far a fine-tuning is, after an optimizer step.
///
/// @param step optimizer steps done
/// @param totalSteps in all
/// @param loss of this step: nats per token
/// @param learningRate of this step
/// @param tokensPerSecond tokens of conversations per second so far, read and learned
/// @param left time left at this speed
public record Progress(
        int step, int totalSteps, double loss, double learningRate, double tokensPerSecond, Duration left) {}
