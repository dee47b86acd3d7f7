/// The judge that asks a language model where the rule is unsure.
@NullMarked
package dev.hone.judge.modeljudge;

import org.jspecify.annotations.NullMarked;
