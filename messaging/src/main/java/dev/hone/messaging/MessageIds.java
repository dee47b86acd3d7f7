package dev.hone.messaging;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// Message ids as header bytes.
final class MessageIds {

    private MessageIds() {}

    static byte[] bytes(UUID id) {
        return id.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// @throws IllegalArgumentException if the header holds none
    static UUID parse(Object header) {
        return UUID.fromString(
                header instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : header.toString());
    }
}
