/// The update: from sequences with advantages to new weights. Knows no algorithm; losses and weights are handed in.
@NullMarked
package dev.hone.learner.step;

import org.jspecify.annotations.NullMarked;
