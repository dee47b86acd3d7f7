/// The plan of a run: its phases, and which tasks each takes. Pure functions of the configuration and the dataset's
/// size.
@NullMarked
package dev.hone.task.curriculum;

import org.jspecify.annotations.NullMarked;
