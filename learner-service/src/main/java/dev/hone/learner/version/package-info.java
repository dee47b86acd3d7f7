/// The weights that a run has had: which are kept, what they were trained on, and their files.
@NullMarked
package dev.hone.learner.version;

import org.jspecify.annotations.NullMarked;
