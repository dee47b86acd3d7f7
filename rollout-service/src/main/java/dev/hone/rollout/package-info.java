/// Runs the agent for each issued task and records the episode token by token.
@NullMarked
package dev.hone.rollout;

import org.jspecify.annotations.NullMarked;
