package dev.hone.learner.run;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;

/// A run that was submitted.
public record KnownRun(RunId run, RunState state, RunConfig config) {}
