package dev.hone.gateway.tracker;

import java.time.Instant;
import java.util.SortedMap;

/// A point of a curve.
///
/// @param purpose `train` or `eval`
/// @param step training: from 1; evaluation: training steps done before it
/// @param metrics by name, see docs/metrics.md
record Point(String purpose, int step, Instant completedAt, SortedMap<String, Double> metrics) {}
