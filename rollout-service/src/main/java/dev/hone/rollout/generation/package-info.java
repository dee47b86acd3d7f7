/// Tokens from the policy, and the files that turn them into text.
@NullMarked
package dev.hone.rollout.generation;

import org.jspecify.annotations.NullMarked;
