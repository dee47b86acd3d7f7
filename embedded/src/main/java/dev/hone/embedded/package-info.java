/// A real Kafka broker and a real PostgreSQL in a data directory, for one machine and for tests.
@NullMarked
package dev.hone.embedded;

import org.jspecify.annotations.NullMarked;
