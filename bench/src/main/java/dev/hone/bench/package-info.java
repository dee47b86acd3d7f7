/// Times generation, training and the whole GRPO step of the very code that the learner runs.
@NullMarked
package dev.hone.bench;

import org.jspecify.annotations.NullMarked;
