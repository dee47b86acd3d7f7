package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hardwood.metadata.RowGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parquet files that mean harm.
class HostileParquetTests {

    private static final Path SOUND = Path.of("src/test/resources/hub/gsm8k/main/test-00000-of-00001.parquet");

    @TempDir
    private Path folder;

    @Test
    void aRowGroupThatExpandsBeyondMemoryIsRefused() {
        for (long size : new long[] {(1L << 30) + 1, -1}) {
            assertThatThrownBy(() -> ParquetRows.requireModest("key", SOUND, List.of(new RowGroup(List.of(), size, 7))))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("row group of " + size + " bytes");
        }
    }

    /// Whatever bytes a file has: rows, or a refusal.
    @Test
    void aDamagedFileIsReadOrRefusedAndNothingElse() throws IOException {
        byte[] sound = Files.readAllBytes(SOUND);
        Random random = new Random(8);
        int refused = 0;
        int rounds = Integer.getInteger("hone.fuzz.rounds", 80);
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = sound.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("damaged" + round + ".parquet"), damaged);
            try {
                ParquetRows.read("key", file, Duration.ofSeconds(1), row -> true);
            } catch (DatasetException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("Round " + round, e);
            }
        }
        assertThat(refused).isBetween(rounds / 20, rounds - 1);
        assertThat(Thread.interrupted()).isFalse();
    }
}
