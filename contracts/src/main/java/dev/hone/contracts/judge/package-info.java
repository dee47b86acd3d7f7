/// Rewards, with their parts named.
@NullMarked
package dev.hone.contracts.judge;

import org.jspecify.annotations.NullMarked;
