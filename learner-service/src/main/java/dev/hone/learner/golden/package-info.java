/// Comparison of models and of algorithms with values that other implementations computed.
@NullMarked
package dev.hone.learner.golden;

import org.jspecify.annotations.NullMarked;
