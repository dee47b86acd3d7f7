/// What an agent is here: a class that solves a task through a tuner. The shipped one is the math agent.
@NullMarked
package dev.hone.rollout.workflow;

import org.jspecify.annotations.NullMarked;
