package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tells one state of weights from another, on whichever device they are, without copying them to the host. Each block of
 * 4,096 float32 words gives the sum of its words times fixed random 64-bit numbers, modulo 2^64 (multilinear hashing: two
 * different blocks agree with a probability of 2^-32 or less); SHA-256 is taken over the sums. Integers add up to the same
 * in any order, so every device gives the same. It is meant to find mistakes and damage, not forgery.
 */
final class WeightChecksum {
    private static final int BLOCK_WORDS = 4096;

    private WeightChecksum() {}

    /**
     * @param before what the digest begins with
     * @return hex of SHA-256 over that, then each parameter's name in UTF-8 and its block sums, little-endian, in order
     */
    static String of(TorchProgram program, NDManager manager, String before, List<Parameter> parameters) {
        long[] key = new SplittableRandom(1).longs(BLOCK_WORDS).toArray();
        try (NDManager step = manager.newSubManager()) {
            List<NDArray> arrays = parameters.stream().map(Parameter::array).toList();
            long[] sums = program.call(step, "block_sums", arrays, step.create(key))
                    .singletonOrThrow()
                    .toLongArray();
            MessageDigest digest = sha256();
            digest.update(before.getBytes(StandardCharsets.UTF_8));
            int from = 0;
            for (Parameter parameter : parameters) {
                int blocks = Math.ceilDiv(Math.toIntExact(parameter.array().size()), BLOCK_WORDS);
                ByteBuffer bytes = ByteBuffer.allocate(blocks * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asLongBuffer().put(sums, from, blocks);
                digest.update(parameter.name().getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
                from += blocks;
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
