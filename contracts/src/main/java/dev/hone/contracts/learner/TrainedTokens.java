package dev.hone.contracts.learner;

import dev.hone.contracts.CompressedCbor;
import dev.hone.contracts.Packed;
import java.util.List;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// What an update knew of an episode's tokens: kept beside the ledger, and the answer (CBOR) of
/// learner-service's `GET /api/v1/runs/{run}/episodes/train/{step}/{group}/{sample}/tokens`.
///
/// @param attempt the one that was trained on
/// @param timelines those that have tokens inside the loss
public record TrainedTokens(int attempt, List<TimelineTokens> timelines) {

    public TrainedTokens {
        timelines = List.copyOf(timelines);
    }

    /// The tokens of a timeline that are inside the loss: M of them.
    ///
    /// @param timeline index within the trajectory
    /// @param positions `int[M]`: indices of the tokens within the timeline, ascending
    /// @param oldLogProbs `float[M]`: under the weights before the batch's first optimizer step
    /// @param newLogProbs `float[M]`: as the last pass over the batch computed them, before the optimizer
    ///     step that they went into; where a batch is one step they equal the old ones
    /// @param advantages `float[M]`
    public record TimelineTokens(
            int timeline,

            @JsonSerialize(using = Packed.IntsOut.class) @JsonDeserialize(using = Packed.IntsIn.class)
            int[] positions,

            @JsonSerialize(using = Packed.FloatsOut.class) @JsonDeserialize(using = Packed.FloatsIn.class)
            float[] oldLogProbs,

            @JsonSerialize(using = Packed.FloatsOut.class) @JsonDeserialize(using = Packed.FloatsIn.class)
            float[] newLogProbs,

            @JsonSerialize(using = Packed.FloatsOut.class) @JsonDeserialize(using = Packed.FloatsIn.class)
            float[] advantages) {

        public TimelineTokens {
            if (oldLogProbs.length != positions.length
                    || newLogProbs.length != positions.length
                    || advantages.length != positions.length) {
                throw new IllegalArgumentException("Timeline " + timeline + " has " + positions.length
                        + " positions but " + oldLogProbs.length + " old and " + newLogProbs.length
                        + " new log-probabilities and " + advantages.length + " advantages.");
            }
        }
    }

    /// The form in the table.
    public byte[] encode() {
        return CompressedCbor.encode(this);
    }

    /// Reads what [#encode()] wrote.
    ///
    /// @throws IllegalArgumentException if the bytes are none, or decode to more than 256 MiB
    public static TrainedTokens decode(byte[] bytes) {
        return CompressedCbor.decode(bytes, TrainedTokens.class);
    }
}
