/// People's own workflows and judges, from a jar or a Python file, each in a jailed process: no network, nothing of the
/// host to read but `/usr`, the JDK and the file, nothing to write but a small `/tmp`, and one way out, to the endpoint
/// of the episodes that it works on.
@NullMarked
package dev.hone.worker;

import org.jspecify.annotations.NullMarked;
