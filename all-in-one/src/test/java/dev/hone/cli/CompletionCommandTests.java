package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script in a real bash.
class CompletionCommandTests {

    @TempDir
    private Path folder;

    @Test
    void bashCompletesCommandsAndTheirOptions() throws Exception {
        assertThat(completions(""))
                .contains("train", "watch", "doctor", "completion")
                .doesNotContain("warm-up");
        assertThat(completions("do")).containsExactlyInAnyOrder("doctor", "download-dataset");
        assertThat(completions("train", "--with")).containsExactly("--with-logview");
        assertThat(completions("watch", "--")).contains("--server", "--json", "--once", "--data-dir");
    }

    @Test
    void anotherShellIsRefused() {
        TestingTerminal terminal = TestingTerminal.of(() -> Main.run("completion", "fish"));
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).singleElement().asString().contains("[bash, zsh]");
    }

    /// What bash offers after `hone` and these words, the last of them unfinished.
    private List<String> completions(String... words) throws IOException, InterruptedException {
        TestingTerminal script = TestingTerminal.of(() -> Main.run("completion", "bash"));
        assertThat(script.code()).isEqualTo(Main.OK);
        Path file = Files.write(folder.resolve("hone.bash"), script.out());
        String ask = "source " + file + "; COMP_WORDS=(hone \"$@\"); COMP_CWORD=$#; COMP_LINE=\"hone $*\";"
                + " COMP_POINT=${#COMP_LINE}; _complete_hone hone \"${@: -1}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder(Stream.concat(Stream.of("bash", "-c", ask, "bash"), Stream.of(words))
                        .toList())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String offered = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        return offered.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
