package dev.hone.contracts.rollout;

import dev.hone.contracts.CompressedCbor;
import java.util.List;

/// Everything the model read and wrote in an episode, token by token.
public record Trajectory(List<Timeline> timelines) {

    public Trajectory {
        timelines = List.copyOf(timelines);
    }

    /// The form on the wire and in tables.
    public byte[] encode() {
        return CompressedCbor.encode(this);
    }

    /// Reads what [#encode()] wrote.
    ///
    /// @throws IllegalArgumentException if the bytes are none, or decode to more than 256 MiB
    public static Trajectory decode(byte[] bytes) {
        return CompressedCbor.decode(bytes, Trajectory.class);
    }

    /// Sampled tokens over all timelines.
    public int lossTokens() {
        return timelines.stream().mapToInt(Timeline::lossTokens).sum();
    }

    /// Tokens over all timelines, read and sampled.
    public int tokens() {
        return timelines.stream().mapToInt(t -> t.tokenIds().length).sum();
    }
}
