/// Remote environments: an instance for each episode, created, stepped, evaluated and released over REST
/// (docs/env-service.md).
@NullMarked
package dev.hone.rollout.environment;

import org.jspecify.annotations.NullMarked;
