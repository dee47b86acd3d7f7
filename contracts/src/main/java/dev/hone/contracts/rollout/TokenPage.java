package dev.hone.contracts.rollout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of an episode's tokens, whose timelines are counted through one after another: the answer of
/// rollout-service's `GET /api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens`.
///
/// @param attempt whose tokens they are
/// @param timelines how many tokens each timeline has
/// @param from index of the first token given
public record TokenPage(int attempt, List<Integer> timelines, int from, List<Token> tokens) {

    public TokenPage {
        timelines = List.copyOf(timelines);
        tokens = List.copyOf(tokens);
    }

    /// One token.
    ///
    /// @param timeline index of its timeline
    /// @param position index within the timeline
    /// @param text the characters that it completes
    /// @param inLoss whether the policy sampled it: the loss mask
    /// @param role of the message that it belongs to, or `template`; null where none is known
    /// @param turn the model's turn that it precedes or is; null where none is known
    /// @param logProb natural log-probability at sampling; null where the policy did not sample it
    /// @param version of the policy that sampled it; null where it did not
    public record Token(
            int timeline,
            int position,
            int id,
            String text,
            boolean inLoss,
            @Nullable String role,
            @Nullable Integer turn,
            @Nullable Float logProb,
            @Nullable Integer version) {}
}
