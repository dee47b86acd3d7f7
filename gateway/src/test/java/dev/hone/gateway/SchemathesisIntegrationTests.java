package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.DatasetList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// Requests that Schemathesis derives from the OpenAPI document find no server error. Schemathesis comes from PyPI into
/// a virtual environment under `target`.
@Tag("slow")
class SchemathesisIntegrationTests {

    private static final String VERSION = "4.32.5";
    private static final Path HOME = Path.of("target/schemathesis").toAbsolutePath();
    private static final int MINUTES = 8;

    @Test
    void noDerivedRequestIsAServerError() throws Exception {
        TestingServices services = new TestingServices();
        services.answers.put(
                "/api/v1/datasets",
                EventCodec.json().writeValueAsString(new DatasetList(List.of(), List.of(), List.of())));
        services.answers.put(
                "/api/v1/judges",
                EventCodec.json()
                        .writeValueAsString(new JudgeList(
                                List.of(), List.of(), RunConfigReader.defaults().taskJudge())));
        try (services;
                ConfigurableApplicationContext gateway = TestingGateway.another("derived", services)) {
            noDerivedRequestIsAServerError(TestingGateway.address(gateway));
        }
    }

    private static void noDerivedRequestIsAServerError(String address) throws Exception {
        TestingApi api = new TestingApi(address);
        for (String run : List.of("derived", "other")) {
            api.submit("/api/v1/runs", "hone: {experiment_name: " + run + ", model: {path: m}}");
        }
        Path program = HOME.resolve("bin/schemathesis");
        if (!Files.isExecutable(program)) {
            run(List.of("python3", "-m", "venv", HOME.toString()));
            run(List.of(HOME.resolve("bin/pip").toString(), "install", "--quiet", "schemathesis==" + VERSION));
        }
        String report = run(List.of(
                program.toString(),
                "run",
                address + "/v3/api-docs",
                "--checks=not_a_server_error,status_code_conformance,content_type_conformance",
                "--exclude-path-regex=.*/events$", // A stream that ends with its run.
                "--max-examples=25",
                "--phases=examples,coverage,fuzzing",
                "--seed=42",
                "--request-timeout=30",
                "--no-color"));
        assertThat(report).containsPattern("(\\d+) generated, \\1 passed");
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("schemathesis", ".log");
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            String said = Files.readString(log, StandardCharsets.UTF_8);
            assertThat(ended).as("%s did not end: %s", command, said).isTrue();
            assertThat(process.exitValue()).as("%s said: %s", command, said).isZero();
            return said;
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }
}
