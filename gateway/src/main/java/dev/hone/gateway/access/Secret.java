package dev.hone.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// A key as its owner has it: `hone_` and 256 random bits in hexadecimal. Only its hash is kept; so many random bits
/// need no slow hash.
record Secret(String text) {

    private static final String PREFIX = "hone_";
    private static final Pattern SHAPE = Pattern.compile(PREFIX + "[0-9a-f]{64}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    /// @throws IllegalArgumentException if it is no key
    Secret {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("It is no key of Hone's: '" + PREFIX + "' and 64 hexadecimal digits.");
        }
    }

    static Secret random() {
        return new Secret(PREFIX + digits(BYTES));
    }

    /// So many random bytes as hexadecimal digits.
    static String digits(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /// Whether a bearer's token is meant as a key.
    static boolean meant(String token) {
        return token.startsWith(PREFIX);
    }

    /// SHA-256, 32 bytes.
    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
