/// Who changed something, or was refused: written down once, and read.
@NullMarked
package dev.hone.gateway.audit;

import org.jspecify.annotations.NullMarked;
