/// The JVM inside the jail of a jar.
@NullMarked
package dev.hone.worker.inside;

import org.jspecify.annotations.NullMarked;
