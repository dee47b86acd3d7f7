/// The thread that owns the weights: it takes runs in turn, updates from complete phases, publishes, and starts again
/// from
/// checkpoint and ledger.
@NullMarked
package dev.hone.learner.training;

import org.jspecify.annotations.NullMarked;
