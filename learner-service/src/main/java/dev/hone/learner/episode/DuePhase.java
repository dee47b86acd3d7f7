package dev.hone.learner.episode;

/// A phase whose groups are all closed, as a query sums it up.
///
/// @param last 1 if it is the run's last, else 0
record DuePhase(String purpose, int step, int groups, int last) {}
