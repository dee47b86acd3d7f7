/// Code to run and what came of it.
@NullMarked
package dev.hone.contracts.sandbox;

import org.jspecify.annotations.NullMarked;
