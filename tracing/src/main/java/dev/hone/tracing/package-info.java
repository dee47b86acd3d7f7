/// One trace per episode, across Kafka and REST, and the run and the episode in what is logged.
@NullMarked
package dev.hone.tracing;

import org.jspecify.annotations.NullMarked;
