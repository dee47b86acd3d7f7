/// Tokens from a policy, and its updates.
@NullMarked
package dev.hone.contracts.learner;

import org.jspecify.annotations.NullMarked;
