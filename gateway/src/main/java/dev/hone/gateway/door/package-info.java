/// What a request must keep to before anything of it is read.
@NullMarked
package dev.hone.gateway.door;

import org.jspecify.annotations.NullMarked;
