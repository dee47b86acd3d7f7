/// The command line.
@NullMarked
package dev.hone.cli;

import org.jspecify.annotations.NullMarked;
