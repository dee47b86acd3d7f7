package dev.hone.gateway.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private static Point point(int step) {
        return new Point("train", step, NOW, new TreeMap<>(Map.of("reward/mean", step / 4.0, "accuracy", 0.5)));
    }

    private byte[] written(String name, Point... points) throws IOException {
        Path file = folder.resolve(name);
        EventFile.append(file, List.of(points));
        return Files.readAllBytes(file);
    }

    /// By hand: the time 1767225600 s as a double is 0x41da556e40000000; field 1 of type 64-bit is 0x09, field 3 of
    /// type bytes 0x1a; the text has 13 bytes, so the event 9 + 2 + 13 = 24 = 0x18. The checksums were computed bit by
    /// bit from CRC-32C's polynomial (0x82f63b78, reflected).
    @Test
    void beginsWithTheVersionThatTensorBoardKnows() throws IOException {
        byte[] first = Arrays.copyOf(written("file", point(1)), 12 + 24 + 4);
        assertThat(HexFormat.of().formatHex(first))
                .isEqualTo("1800000000000000" + "a37f4b22" + "09000000406e55da41" + "1a0d"
                        + HexFormat.of().formatHex("brain.Event:2".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        + "c3486dfc");
    }

    @Test
    void goesOnBehindWhatIsThereAndWritesNothingTwice() throws IOException {
        byte[] atOnce = written("once", point(1), point(2), point(3));
        written("parts", point(1));
        written("parts", point(1), point(2));
        assertThat(written("parts", point(2), point(3))).isEqualTo(atOnce);
    }

    @Test
    void anEvaluationBeforeTheFirstStepIsAPoint() throws IOException {
        byte[] once = written("zero", point(0));
        assertThat(written("zero", point(0))).isEqualTo(once);
        assertThat(written("zero", point(0), point(4))).hasSizeGreaterThan(once.length);
    }

    @Test
    void whatWasHalfWrittenOrDamagedIsWrittenAgain() throws IOException {
        byte[] whole = written("whole", point(1), point(2));
        int second = written("single", point(1)).length;
        for (int end = 0; end < whole.length; end++) {
            Path torn = folder.resolve("torn");
            Files.write(torn, Arrays.copyOf(whole, end));
            EventFile.append(torn, List.of(point(1), point(2)));
            assertThat(Files.readAllBytes(torn))
                    .as("cut off after %d bytes", end)
                    .isEqualTo(whole);
        }
        for (int at = second; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Path file = folder.resolve("damaged");
            Files.write(file, damaged);
            EventFile.append(file, List.of(point(2)));
            assertThat(Files.readAllBytes(file)).as("byte %d changed", at).isEqualTo(whole);
        }
    }
}
