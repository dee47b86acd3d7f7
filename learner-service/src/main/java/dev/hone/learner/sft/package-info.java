/// Supervised fine-tuning on recorded conversations: the cold start before reinforcement learning. The same update
/// step,
/// the same tokens as in rollouts, another loss.
@NullMarked
package dev.hone.learner.sft;

import org.jspecify.annotations.NullMarked;
