package dev.hone.contracts.rollout;

import dev.hone.contracts.Packed;
import java.util.BitSet;
import java.util.List;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// One uninterrupted sequence of tokens of an episode. Token ids are the truth; text is a view.
///
/// @param tokenIds `int[T]`
/// @param lossMask bit t (little-endian within bytes, as [BitSet] writes it) is 1 exactly where the policy sampled
/// token t
/// @param logProbs `float[T]`: natural log-probability under the distribution that token t was sampled from,
/// temperature
///     applied; 0 where the mask is 0
/// @param versions which version of the policy sampled what, by token ranges that cover the masked tokens
/// @param spans which tokens belong to which message
public record Timeline(
        @JsonSerialize(using = Packed.IntsOut.class) @JsonDeserialize(using = Packed.IntsIn.class)
        int[] tokenIds,

        byte[] lossMask,

        @JsonSerialize(using = Packed.FloatsOut.class) @JsonDeserialize(using = Packed.FloatsIn.class)
        float[] logProbs,

        List<VersionSpan> versions,
        List<Span> spans) {

    public Timeline {
        if (logProbs.length != tokenIds.length) {
            throw new IllegalArgumentException(
                    "Timeline has " + tokenIds.length + " tokens but " + logProbs.length + " log-probabilities.");
        }
        int lastMasked = BitSet.valueOf(lossMask).length();
        if (lastMasked > tokenIds.length) {
            throw new IllegalArgumentException(
                    "Timeline's mask reaches token " + (lastMasked - 1) + " of " + tokenIds.length + ".");
        }
        versions = List.copyOf(versions);
        spans = List.copyOf(spans);
    }

    /// Tokens `[start, end)` were sampled by this version of the policy.
    public record VersionSpan(int start, int end, int version) {}

    /// Tokens `[start, end)` belong to one message.
    ///
    /// @param role `system`, `user`, `assistant`, `tool`, or `template` for what the chat template adds
    /// @param turn the model's turn that it precedes or is, from 0
    public record Span(int start, int end, String role, int turn) {}

    /// Whether the policy sampled token `t`, so that it counts in the loss.
    public boolean inLoss(int t) {
        return t / 8 < lossMask.length && (lossMask[t / 8] >> (t % 8) & 1) == 1;
    }

    /// How many tokens the policy sampled.
    public int lossTokens() {
        return BitSet.valueOf(lossMask).cardinality();
    }
}
