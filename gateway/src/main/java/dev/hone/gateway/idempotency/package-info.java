/// A POST that is sent again with its key is answered as the first time, and has no second effect.
@NullMarked
package dev.hone.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
