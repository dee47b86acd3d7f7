package dev.hone.judge.modeljudge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What was asked: verdicts by the content that they are about, and each run's count of requests.
interface LlmLedger {

    /// The verdict on what has this key.
    Optional<LlmVerdict> find(String key);

    /// Keeps a verdict; the first one stays.
    void keep(String key, String model, LlmVerdict verdict);

    /// Takes one request from the run's budget.
    ///
    /// @param most requests in all; 0: no limit
    /// @return false if there is none left
    boolean take(String run, int most);

    /// Gives a request back that was not answered.
    void giveBack(String run);

    /// A name for everything that a verdict depends on.
    static String key(List<String> content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : content) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                // Each with its length, so that no two lists are one sequence of bytes.
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
