/// Which problem next: episodes issued, groups closed.
@NullMarked
package dev.hone.contracts.task;

import org.jspecify.annotations.NullMarked;
