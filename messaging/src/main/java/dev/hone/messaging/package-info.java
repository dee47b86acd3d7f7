/// Events that are neither lost nor handled twice: a transactional outbox and an idempotent inbox around Kafka.
@NullMarked
package dev.hone.messaging;

import org.jspecify.annotations.NullMarked;
