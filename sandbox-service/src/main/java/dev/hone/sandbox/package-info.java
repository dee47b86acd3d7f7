/// sandbox-service: runs the Python that a model writes, and trusts none of it.
@NullMarked
package dev.hone.sandbox;

import org.jspecify.annotations.NullMarked;
