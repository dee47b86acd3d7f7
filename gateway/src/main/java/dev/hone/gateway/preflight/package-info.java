/// Asks the other services what would stop a run, before anything is stored.
@NullMarked
package dev.hone.gateway.preflight;

import org.jspecify.annotations.NullMarked;
