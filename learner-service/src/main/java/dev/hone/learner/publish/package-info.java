/// The weights that generate: a published, immutable set at a time, and the endpoints around it.
@NullMarked
package dev.hone.learner.publish;

import org.jspecify.annotations.NullMarked;
