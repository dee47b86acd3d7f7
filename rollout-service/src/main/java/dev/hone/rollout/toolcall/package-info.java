/// Tool calls in what a model wrote.
@NullMarked
package dev.hone.rollout.toolcall;

import org.jspecify.annotations.NullMarked;
