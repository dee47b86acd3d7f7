package dev.hone.rollout.tool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A tool call for people, as JSON.
///
/// @param attempt of the sample, from 0
/// @param millis from asking to answer, waiting for room included
/// @param outcome `ok`, `error`, `timed_out`, `truncated`, or the code of a failure
/// @param exitCode null if there was no result, as the next two
/// @param runMillis in the sandbox alone
/// @param isolation how it was confined
/// @param code its beginning
/// @param codeBytes length of the whole in UTF-8
/// @param codeSha256 of the whole, hexadecimal
/// @param stdout its beginning; null if there was no result
/// @param stderr likewise
record ToolCallView(
        int attempt,
        Instant startedAt,
        long millis,
        String outcome,
        @Nullable Integer exitCode,
        @Nullable Long runMillis,
        @Nullable String isolation,
        String code,
        int codeBytes,
        String codeSha256,
        @Nullable String stdout,
        @Nullable String stderr) {}
