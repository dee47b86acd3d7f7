package dev.hone.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What came of a program that was run to see whether it works.
///
/// @param worked whether it ended well, in time
/// @param said its first lines, or why it was not run
record Trial(boolean worked, String said) {

    private static final int SECONDS = 20;
    private static final int LINES = 3;

    static Trial of(List<String> command) throws InterruptedException {
        Path output = null;
        try {
            output = Files.createTempFile("hone-doctor", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Trial(false, "no end after " + SECONDS + " s");
            }
            List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(String::strip)
                    .limit(LINES)
                    .toList();
            String said = lines.isEmpty() ? "exit code " + process.exitValue() : String.join("; ", lines);
            return new Trial(process.exitValue() == 0, said);
        } catch (IOException e) {
            return new Trial(false, String.valueOf(e.getMessage()));
        } finally {
            if (output != null) {
                output.toFile().delete();
            }
        }
    }
}
