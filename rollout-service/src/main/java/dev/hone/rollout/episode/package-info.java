/// Episodes from issued to finished: the queue, its workers, what they leave behind.
@NullMarked
package dev.hone.rollout.episode;

import org.jspecify.annotations.NullMarked;
