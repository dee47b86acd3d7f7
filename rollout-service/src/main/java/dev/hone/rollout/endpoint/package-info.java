/// OpenAI's API for one episode: any client of it can be the agent.
@NullMarked
package dev.hone.rollout.endpoint;

import org.jspecify.annotations.NullMarked;
