package dev.hone.contracts;

import com.github.luben.zstd.Zstd;

/// Records with token arrays as they stand in tables: CBOR with packed arrays, compressed with zstd.
public final class CompressedCbor {

    /// The largest record that is read: 256 MiB decoded.
    private static final long MAX_DECODED_BYTES = 256L << 20;

    private static final int COMPRESSION_LEVEL = 3;

    private CompressedCbor() {}

    /// The record's bytes.
    public static byte[] encode(Record value) {
        return Zstd.compress(EventCodec.cbor().writeValueAsBytes(value), COMPRESSION_LEVEL);
    }

    /// Reads what [#encode(Record)] wrote.
    ///
    /// @throws IllegalArgumentException if the bytes are none, or decode to more than 256 MiB
    public static <T extends Record> T decode(byte[] bytes, Class<T> type) {
        long size = Zstd.getFrameContentSize(bytes);
        if (size < 0 || size > MAX_DECODED_BYTES) {
            throw new IllegalArgumentException("Not a " + type.getSimpleName() + ": " + bytes.length
                    + " bytes with a decoded size of " + size + ".");
        }
        return EventCodec.cbor().readValue(Zstd.decompress(bytes, (int) size), type);
    }
}
