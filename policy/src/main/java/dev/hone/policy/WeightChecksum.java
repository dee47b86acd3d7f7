package dev.hone.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** See {@link Policy#checksum()}. */
final class WeightChecksum {
    private WeightChecksum() {}

    static String of(List<Parameter> parameters) {
        return of("", parameters);
    }

    /** @param before what the digest begins with */
    static String of(String before, List<Parameter> parameters) {
        List<byte[]> digests = parameters.parallelStream()
                .map(parameter -> {
                    MessageDigest one = sha256();
                    one.update(parameter.array().toByteBuffer());
                    return one.digest();
                })
                .toList();
        MessageDigest all = sha256();
        all.update(before.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < digests.size(); i++) {
            all.update(parameters.get(i).name().getBytes(StandardCharsets.UTF_8));
            all.update(digests.get(i));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
