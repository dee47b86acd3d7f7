/// Judges: what looks at a finished episode and gives it a score.
@NullMarked
package dev.hone.judge.verifier;

import org.jspecify.annotations.NullMarked;
