/// Executions over HTTP: admission by slots and a bounded queue, one re-run when the jail is lost, metrics.
@NullMarked
package dev.hone.sandbox.execution;

import org.jspecify.annotations.NullMarked;
