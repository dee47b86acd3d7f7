/// What a run's configuration makes of advantages, losses and weights: the algorithm.
@NullMarked
package dev.hone.learner.algorithm;

import org.jspecify.annotations.NullMarked;
