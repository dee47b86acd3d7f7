/// Errors as RFC 9457 problems that say what to do.
@NullMarked
package dev.hone.gateway.problem;

import org.jspecify.annotations.NullMarked;
