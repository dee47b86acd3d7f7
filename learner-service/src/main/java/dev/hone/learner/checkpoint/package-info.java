/// Weights and optimizer on disk, from which a run goes on after a restart.
@NullMarked
package dev.hone.learner.checkpoint;

import org.jspecify.annotations.NullMarked;
