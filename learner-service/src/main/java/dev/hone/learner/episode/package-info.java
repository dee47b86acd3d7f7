/// What came back of the episodes: the learner's own copy of trajectories, verdicts and closed groups, in whichever
/// order
/// they arrive.
@NullMarked
package dev.hone.learner.episode;

import org.jspecify.annotations.NullMarked;
