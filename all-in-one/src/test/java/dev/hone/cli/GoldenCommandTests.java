package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What `./hone golden` says and how it ends; what it compares is tested where that is.
class GoldenCommandTests {
    private static final Path LOSSES = Path.of("../learner-service/src/test/resources/golden/losses.json");

    @TempDir
    private Path folder;

    private String printed = "";

    @Test
    void endsWellWhereEverythingAgrees() {
        assertThat(golden(LOSSES)).isEqualTo(Main.OK);
        assertThat(printed)
                .contains("passed       " + LOSSES + "  losses/grpo (float64)  error ")
                .endsWith("0 failed, 0 unknown, 1 not compared");
    }

    @Test
    void failsWhereAToleranceIsExceeded() throws Exception {
        Path file = changed("\"loss\": 0.0791", "\"loss\": 0.0792");
        assertThat(golden(file)).isEqualTo(Main.FAILED);
        assertThat(printed)
                .contains("failed       " + file + "  losses/grpo (float64)  error 0.00126  tolerance 1.00e-06  loss");
    }

    @Test
    void failsWhereSomethingWasNotCompared() throws Exception {
        assertThat(golden(changed("\"dr_grpo\": ", "\"ppo_with_a_critic\": "))).isEqualTo(Main.FAILED);
        assertThat(printed).contains("losses/ppo_with_a_critic").contains("0 failed, 1 unknown");
        assertThat(golden(Files.writeString(folder.resolve("empty.json"), "{\"inputs\": {}}")))
                .isEqualTo(Main.FAILED);
        assertThat(printed).contains("0 passed");
    }

    /// One path that cannot be read does not keep the others from being checked.
    @Test
    void saysWhyNothingCouldBeCompared() throws Exception {
        assertThat(golden(folder, Files.write(folder.resolve("bytes"), new byte[] {-1, -2}), LOSSES))
                .isEqualTo(Main.FAILED);
        assertThat(printed)
                .contains("failed       " + folder + "  nothing could be compared: " + folder + " has no cases.json")
                .contains("bytes is no JSON: it is not text in UTF-8.")
                .contains("0 failed, 0 unknown, 1 not compared");
    }

    @Test
    void saysAllOfItAsOneLineOfJson() throws Exception {
        Path bad = Files.writeString(folder.resolve("empty.json"), "{\"inputs\": {}}");
        TestingTerminal terminal =
                TestingTerminal.of(() -> Main.run("golden", "--json", LOSSES.toString(), bad.toString()));
        assertThat(terminal.code()).isEqualTo(Main.FAILED);
        assertThat(terminal.out()).hasSize(1);
        JsonNode paths = EventCodec.json().readTree(terminal.out().getFirst());
        assertThat(paths.path(0).path("path").asString()).isEqualTo(LOSSES.toString());
        assertThat(paths.path(0).path("agrees").asBoolean()).isTrue();
        assertThat(paths.path(0)
                        .path("cases")
                        .valueStream()
                        .map(one -> one.path("name").asString()))
                .contains("losses/grpo (float64)");
        assertThat(paths.path(1).path("agrees").asBoolean(true)).isFalse();
    }

    @Test
    void refusesAPathThatIsNotThere() {
        assertThat(golden(folder.resolve("nothing"))).isEqualTo(Main.INVALID);
    }

    private int golden(Path... paths) {
        String[] arguments = new String[paths.length + 1];
        arguments[0] = "golden";
        for (int i = 0; i < paths.length; i++) {
            arguments[i + 1] = paths[i].toString();
        }
        TestingTerminal terminal = TestingTerminal.of(() -> Main.run(arguments));
        printed = String.join("\n", terminal.out());
        return terminal.code();
    }

    private Path changed(String text, String other) throws Exception {
        String golden = Files.readString(LOSSES);
        assertThat(golden).contains(text);
        return Files.writeString(folder.resolve("changed.json"), golden.replace(text, other));
    }
}
