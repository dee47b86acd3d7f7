package dev.hone.gateway.idempotency;

import org.jspecify.annotations.Nullable;

/// What was answered.
///
/// @param requestHash of the request that it answers
record Answer(
        String requestHash,
        int status,
        @Nullable String location,
        @Nullable String contentType,
        byte[] body) {}
