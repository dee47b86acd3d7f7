/// Reads finished episodes, asks the judges, keeps and tells the verdicts.
@NullMarked
package dev.hone.judge.grading;

import org.jspecify.annotations.NullMarked;
