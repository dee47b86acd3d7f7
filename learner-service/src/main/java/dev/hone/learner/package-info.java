/// learner-service: owns the weights. It generates from them, gathers judged groups into batches, updates, checkpoints
/// and exports.
@NullMarked
package dev.hone.learner;

import org.jspecify.annotations.NullMarked;
