/// How services let each other in: the secret that they share, and the door that asks for it.
@NullMarked
package dev.hone.calls;

import org.jspecify.annotations.NullMarked;
