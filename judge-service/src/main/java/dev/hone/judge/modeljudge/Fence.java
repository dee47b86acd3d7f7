package dev.hone.judge.modeljudge;

import dev.hone.contracts.EventCodec;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/// Sets a candidate's answer apart from the instructions around it, whatever it says. It is one line of JSON, so that
/// it
/// holds no line break and no bare quote, between two lines with a mark that nobody could know when it was written.
final class Fence {

    static final String OPEN = "<<<";
    static final String CLOSE = ">>>";

    private static final int MARK_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Fence() {}

    static String around(String answer) {
        return around(answer, Fence::randomMark);
    }

    /// @param marks asked again while the answer holds what they give
    static String around(String answer, Supplier<String> marks) {
        String mark = marks.get();
        while (answer.contains(mark)) {
            mark = marks.get();
        }
        return OPEN + mark + "\n" + EventCodec.json().writeValueAsString(answer) + "\n" + mark + CLOSE;
    }

    private static String randomMark() {
        byte[] bytes = new byte[MARK_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
