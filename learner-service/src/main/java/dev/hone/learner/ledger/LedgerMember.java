package dev.hone.learner.ledger;

import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.learner.batch.TrainedEpisode;

/// An episode that an update was made of, with what the update knew of its tokens.
public record LedgerMember(TrainedEpisode episode, TrainedTokens tokens) {}
