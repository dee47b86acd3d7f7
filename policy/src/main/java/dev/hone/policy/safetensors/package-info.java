/** Reads and writes the safetensors format, in Java alone. */
@NullMarked
package dev.hone.policy.safetensors;

import org.jspecify.annotations.NullMarked;
