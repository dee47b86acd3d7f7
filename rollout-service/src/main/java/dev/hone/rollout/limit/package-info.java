/// Deadlines, and how an episode fails.
@NullMarked
package dev.hone.rollout.limit;

import org.jspecify.annotations.NullMarked;
