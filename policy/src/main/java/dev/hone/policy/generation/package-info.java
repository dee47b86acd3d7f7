/** Continuous batching: requests join and leave a shared KV cache between bursts of a few tokens. */
@NullMarked
package dev.hone.policy.generation;

import org.jspecify.annotations.NullMarked;
