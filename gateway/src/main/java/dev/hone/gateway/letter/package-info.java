/// Messages that a service could not handle: what they are, and the way back.
@NullMarked
package dev.hone.gateway.letter;

import org.jspecify.annotations.NullMarked;
