package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// docs/metrics.md names what a run emits, and nothing else.
@Tag("slow")
class MetricsDocumentIntegrationTests {

    private static final Pattern ROW = Pattern.compile("^\\| (`[^|]*`) \\|(.*)\\|(.*)\\|(.*)\\|$");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /// Emitted where an update's loss or gradients are not finite: no run does it on purpose.
    private static final Set<String> IN_TROUBLE = Set.of("skipped/loss_not_finite", "skipped/gradient_not_finite");

    @TempDir
    private Path folder;

    @Test
    void everyMetricOfARunIsDocumentedAndEveryDocumentedOneIsEmitted() throws Exception {
        String yaml = TestingExample.yaml("all-metrics", 3)
                .replace("data: {train_batch_size: 4}", "data: {train_batch_size: 4, max_resample: 2}")
                .replace(
                        "total_training_steps: 2",
                        """
                        total_training_steps: 2
                            val_pass_n: 3
                            val_pass_k: 2
                            algorithm: {kl_loss_coef: 0.001, rollout_is: token}""");
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        TestingTerminal terminal = TestingTerminal.run(TestingPlatform::lend, "train", "--conf", file.toString());
        assertThat(terminal.code()).as("%s", terminal.err()).isZero();

        Set<String> emitted = new TreeSet<>();
        for (JsonNode step :
                TestingPlatform.gateway().get("/api/v1/runs/all-metrics/steps").path("steps")) {
            step.path("metrics").propertyNames().forEach(name -> emitted.add(name.replace("pass@2", "pass@K")));
        }
        Set<String> expected = new TreeSet<>(documented());
        expected.removeAll(IN_TROUBLE);
        assertThat(emitted).isEqualTo(expected);
    }

    /// Names in the tables of a phase's metrics; each row has a formula.
    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("../docs/metrics.md"));
        return page.substring(0, page.indexOf("## To scrape"))
                .lines()
                .map(ROW::matcher)
                .filter(row -> row.matches() && !row.group(2).isBlank())
                .flatMap(row -> NAME.matcher(row.group(1)).results().map(name -> name.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
