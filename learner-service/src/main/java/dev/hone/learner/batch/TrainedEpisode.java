package dev.hone.learner.batch;

import dev.hone.contracts.EpisodeKey;

/// An episode that an update is made of.
///
/// @param key which
/// @param advantage how much better it did than its group
public record TrainedEpisode(EpisodeKey key, double advantage) {}
