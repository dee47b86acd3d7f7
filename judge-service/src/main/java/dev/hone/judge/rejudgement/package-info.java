/// Judges stored episodes again, beside their first verdicts.
@NullMarked
package dev.hone.judge.rejudgement;

import org.jspecify.annotations.NullMarked;
