package dev.hone.contracts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// One episode. The training ledger is unique by the same key without the attempt.
///
/// @param run the run
/// @param purpose training or evaluation
/// @param step training: the step (from 1) that the episode is issued for; evaluation: the steps done before it (from
/// 0)
/// @param group index of the task's group within the step, from 0
/// @param sample index within the group, from 0
/// @param attempt from 0; one more each time the episode is issued again
public record EpisodeKey(RunId run, Purpose purpose, int step, int group, int sample, int attempt) {

    private static final int TRACE_DIGITS = 32;
    private static final int SPAN_DIGITS = 16;

    public EpisodeKey {
        if (step < 0 || group < 0 || sample < 0 || attempt < 0) {
            throw new IllegalArgumentException(
                    "Episode key has a negative number: step %d, group %d, sample %d, attempt %d"
                            .formatted(step, group, sample, attempt));
        }
    }

    /// `run/train/3/12`: the Kafka key of everything about the group.
    public String groupId() {
        return run + "/" + purpose.label() + "/" + step + "/" + group;
    }

    /// `run/train/3/12/5`: the sample, whichever attempt.
    public String sampleId() {
        return groupId() + "/" + sample;
    }

    /// `run/train/3/12/5/0`: this attempt.
    public String id() {
        return sampleId() + "/" + attempt;
    }

    /// Id of the attempt's trace, 32 hexadecimal digits: the first half of the SHA-256 of [#id()]. By hand:
    /// `printf %s run/train/3/12/5/0 | sha256sum | cut -c -32`.
    public String traceId() {
        return digest().substring(0, TRACE_DIGITS);
    }

    /// Id of the span over the whole attempt, 16 hexadecimal digits: what follows in the SHA-256.
    public String spanId() {
        return digest().substring(TRACE_DIGITS, TRACE_DIGITS + SPAN_DIGITS);
    }

    private String digest() {
        try {
            byte[] text = id().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256; this one does not.", e);
        }
    }

    /// Reads what [#id()] wrote.
    public static EpisodeKey parse(String id) {
        String[] parts = id.split("/", -1);
        if (parts.length != 6) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no episode; expected run/purpose/step/group/sample/attempt.");
        }
        return new EpisodeKey(
                new RunId(parts[0]),
                parts[1].equals("eval") ? Purpose.EVAL : Purpose.TRAIN,
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]),
                Integer.parseInt(parts[5]));
    }
}
