/// What a learner tells those who follow its weights: which run generates, under which settings, and the weights.
@NullMarked
package dev.hone.learner.offer;

import org.jspecify.annotations.NullMarked;
