/// Runs as the learner knows them: submitted, trained one at a time in that order, ended.
@NullMarked
package dev.hone.learner.run;

import org.jspecify.annotations.NullMarked;
