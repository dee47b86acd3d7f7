package dev.hone.learner.model;

import dev.hone.policy.ComputeType;
import dev.hone.policy.ModelConfig;

/// What a run asks of memory.
///
/// @param model whose weights are trained
/// @param compute type of the matrix products
/// @param trainable parameters with a gradient and moments: all of them, or an adapter's
/// @param reference whether a second, frozen model is kept for a KL term
/// @param sequences that generate at the same time (`max_num_seqs`)
/// @param contextTokens the longest timeline (`max_model_len`)
/// @param microBatchTokens that go through the model at one time in training
/// @param checkpointing whether blocks are computed again in the backward pass instead of kept
/// @param gpu whether a GPU computes
public record Workload(
        ModelConfig model,
        ComputeType compute,
        long trainable,
        boolean reference,
        int sequences,
        int contextTokens,
        int microBatchTokens,
        boolean checkpointing,
        boolean gpu) {

    /// The same with so many tokens at one time.
    public Workload withMicroBatchTokens(int tokens) {
        return new Workload(model, compute, trainable, reference, sequences, contextTokens, tokens, checkpointing, gpu);
    }

    /// The same with or without gradient checkpointing.
    public Workload withCheckpointing(boolean wanted) {
        return new Workload(
                model, compute, trainable, reference, sequences, contextTokens, microBatchTokens, wanted, gpu);
    }
}
