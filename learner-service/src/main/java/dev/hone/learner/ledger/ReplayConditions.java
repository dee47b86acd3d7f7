package dev.hone.learner.ledger;

/// What an update takes beside its batch and its weights, to give the same bits again on the CPU.
///
/// @param threads inside one operator: sums are cut into as many parts
/// @param maxTokensPerMicroBatch the budget by which the batch was cut, after memory ran out the one that fitted;
///     sequences go in the order of the members
/// @param replicas among which the batch was dealt: gradients are summed in their order
public record ReplayConditions(int threads, int maxTokensPerMicroBatch, int replicas) {}
