/// A run's log of events, and its stream to whoever watches.
@NullMarked
package dev.hone.gateway.event;

import org.jspecify.annotations.NullMarked;
