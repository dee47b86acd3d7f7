/// What an agent did, token by token.
@NullMarked
package dev.hone.contracts.rollout;

import org.jspecify.annotations.NullMarked;
