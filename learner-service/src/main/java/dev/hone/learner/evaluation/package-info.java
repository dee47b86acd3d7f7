/// What an evaluation's samples say of the policy, and how sure that is.
@NullMarked
package dev.hone.learner.evaluation;

import org.jspecify.annotations.NullMarked;
