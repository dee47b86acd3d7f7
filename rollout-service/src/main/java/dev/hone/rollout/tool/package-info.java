/// Tools that workflows offer: Python in the sandbox.
@NullMarked
package dev.hone.rollout.tool;

import org.jspecify.annotations.NullMarked;
