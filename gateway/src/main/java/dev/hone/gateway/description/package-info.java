/// What the API says of itself.
@NullMarked
package dev.hone.gateway.description;

import org.jspecify.annotations.NullMarked;
