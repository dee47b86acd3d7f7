/// Comparison of a model directory with values that another implementation computed from it.
@NullMarked
package dev.hone.learner.golden;

import org.jspecify.annotations.NullMarked;
