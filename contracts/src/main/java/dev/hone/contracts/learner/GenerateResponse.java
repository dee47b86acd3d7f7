package dev.hone.contracts.learner;

import dev.hone.contracts.Packed;
import dev.hone.contracts.rollout.Timeline;
import java.util.List;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// What the policy sampled.
///
/// @param tokenIds `int[N]`, the stop token included where there was one
/// @param logProbs `float[N]`: natural log-probability of each under the distribution sampled from, temperature applied
///     (greedy: temperature 1)
/// @param finishReason `stop` or `length`
/// @param versions which version of the weights sampled what, ranges within `tokenIds`
public record GenerateResponse(
        @JsonSerialize(using = Packed.IntsOut.class) @JsonDeserialize(using = Packed.IntsIn.class)
        int[] tokenIds,

        @JsonSerialize(using = Packed.FloatsOut.class) @JsonDeserialize(using = Packed.FloatsIn.class)
        float[] logProbs,

        String finishReason,
        List<Timeline.VersionSpan> versions) {

    /// [#finishReason()] after a stop token.
    public static final String STOP = "stop";

    /// [#finishReason()] after as many tokens as were allowed.
    public static final String LENGTH = "length";

    public GenerateResponse {
        versions = List.copyOf(versions);
    }
}
