/// Events of the other services, handed to who mirrors them.
@NullMarked
package dev.hone.gateway.intake;

import org.jspecify.annotations.NullMarked;
