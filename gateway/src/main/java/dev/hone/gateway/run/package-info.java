/// Runs: their life, their curve and what they came to.
@NullMarked
package dev.hone.gateway.run;

import org.jspecify.annotations.NullMarked;
