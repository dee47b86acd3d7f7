/// From the judged episodes of a phase to what is trained on, and to the phase's metrics.
@NullMarked
package dev.hone.learner.batch;

import org.jspecify.annotations.NullMarked;
