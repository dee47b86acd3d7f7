/// What a user asks for: a run, its configuration, and what becomes of it.
@NullMarked
package dev.hone.contracts.run;

import org.jspecify.annotations.NullMarked;
