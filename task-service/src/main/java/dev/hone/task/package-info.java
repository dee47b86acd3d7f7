/// task-service: which problem next, and what became of it.
@NullMarked
package dev.hone.task;

import org.jspecify.annotations.NullMarked;
