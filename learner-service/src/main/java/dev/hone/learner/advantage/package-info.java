/// Rewards to advantages, one algorithm per file.
@NullMarked
package dev.hone.learner.advantage;

import org.jspecify.annotations.NullMarked;
