package dev.hone.contracts.rollout;

import com.github.luben.zstd.Zstd;
import dev.hone.contracts.EventCodec;
import java.util.List;

/// Everything the model read and wrote in an episode, token by token.
public record Trajectory(List<Timeline> timelines) {

    /// The largest trajectory that is read: 256 MiB decoded.
    private static final long MAX_DECODED_BYTES = 256L << 20;

    private static final int COMPRESSION_LEVEL = 3;

    public Trajectory {
        timelines = List.copyOf(timelines);
    }

    /// CBOR with packed arrays, compressed with zstd: the form on the wire and in tables.
    public byte[] encode() {
        return Zstd.compress(EventCodec.cbor().writeValueAsBytes(this), COMPRESSION_LEVEL);
    }

    /// Reads what [#encode()] wrote.
    ///
    /// @throws IllegalArgumentException if the bytes are none, or decode to more than 256 MiB
    public static Trajectory decode(byte[] bytes) {
        long size = Zstd.getFrameContentSize(bytes);
        if (size < 0 || size > MAX_DECODED_BYTES) {
            throw new IllegalArgumentException(
                    "Not a trajectory: " + bytes.length + " bytes with a decoded size of " + size + ".");
        }
        return EventCodec.cbor().readValue(Zstd.decompress(bytes, (int) size), Trajectory.class);
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
