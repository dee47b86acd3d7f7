/// Judging stored episodes again: judge-service does it, this is its door.
@NullMarked
package dev.hone.gateway.rejudgement;

import org.jspecify.annotations.NullMarked;
