package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.launcher.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

    /// Emitted where an update's loss or gradients are not finite, which no run does on purpose, or where the machine's
    /// peak is set.
    private static final Set<String> ELSEWHERE =
            Set.of("skipped/loss_not_finite", "skipped/gradient_not_finite", "mfu");

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern TYPE = Pattern.compile("^# TYPE ((?:hone|sandbox)_\\w+) ", Pattern.MULTILINE);
    private static final Pattern RUN = Pattern.compile("[{,]run=\"([^\"]*)\"");

    @TempDir
    private Path folder;

    @Test
    void everyMetricOfARunIsDocumentedAndEveryDocumentedOneIsEmitted() throws Exception {
        String yaml = TestingExample.yaml("all-metrics", 3)
                .replace("data: {train_batch_size: 4}", "data: {train_batch_size: 4, max_resample: 2}")
                .replace("total_training_steps: 2", """
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
        expected.removeAll(ELSEWHERE);
        assertThat(emitted).isEqualTo(expected);
        String targets = Files.readString(TestingPlatform.folder().resolve("prometheus.json"));
        for (Service service : Service.values()) {
            scrape(service, emitted);
            assertThat(targets)
                    .contains("{\"targets\":[\""
                            + TestingPlatform.address(service).getAuthority() + "\"],\"labels\":{\"service\":\""
                            + service.module() + "\"}}");
        }
    }

    /// What a service shows to be scraped is what the document says of it, in both directions, of at most 20 runs.
    private static void scrape(Service service, Set<String> emitted) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(TestingPlatform.address(service).resolve("/actuator/prometheus"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        // A gauge says so whose source is gone.
        assertThat(answer.body()).doesNotContainPattern("(?m)^hone_(?!step_|judge_|rollout_)\\S+ NaN");
        Set<String> families = TYPE.matcher(answer.body())
                .results()
                .map(type -> type.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        // What a timer or a summary shows beside itself.
        families.removeIf(name -> name.endsWith("_max") && families.contains(name.substring(0, name.length() - 4)));
        Set<String> expected = toScrape(service.module());
        if (expected.remove("hone_step_*")) {
            emitted.stream().map(MetricsDocumentIntegrationTests::gauge).forEach(expected::add);
            // Other runs of this platform.
            families.removeIf(name -> name.startsWith("hone_step_pass_at_") && !expected.contains(name));
        }
        assertThat(families).as(service.module()).isEqualTo(expected);
        assertThat(RUN.matcher(answer.body()).results().map(run -> run.group(1)).distinct())
                .as("runs of %s", service.module())
                .hasSizeLessThanOrEqualTo(20);
    }

    private static String gauge(String metric) {
        return "hone_step_"
                + metric.replace("pass@K", "pass_at_2").replace("@", "_at_").replace('/', '_');
    }

    /// Names in the table of what a service shows, without those that only trouble or another set-up brings.
    private static Set<String> toScrape(String service) throws IOException {
        String page = Files.readString(Path.of("../docs/metrics.md"));
        return page.substring(page.indexOf("## To scrape"))
                .lines()
                .map(row -> row.split("\\s*\\|\\s*"))
                .filter(cells -> cells.length == 5 && cells[3].equals(service) && !cells[4].startsWith("only "))
                .map(cells -> cells[1].replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
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
