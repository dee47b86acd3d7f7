/// Keeps every token that the model read and sampled, as timelines.
@NullMarked
package dev.hone.rollout.recorder;

import org.jspecify.annotations.NullMarked;
