/// What is minimised: losses of tokens, and how tokens are weighed together. One algorithm per file.
@NullMarked
package dev.hone.learner.loss;

import org.jspecify.annotations.NullMarked;
