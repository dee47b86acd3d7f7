package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/// Where a run's paths may lie, by what the gateway is told.
class RunConfigurationTests {

    private static final Path HERE = Path.of("").toAbsolutePath();

    @EnableConfigurationProperties(GatewayProperties.class)
    static class Properties {}

    private static List<Path> allowed(String... settings) {
        List<Path> allowed = new ArrayList<>();
        new ApplicationContextRunner()
                .withUserConfiguration(Properties.class, RunConfiguration.class)
                .withPropertyValues(settings)
                .run(context -> allowed.addAll(context.getBean(RunPaths.class).allowed()));
        return allowed;
    }

    @Test
    void anywhereOnLoopback() {
        assertThat(allowed("server.address=127.0.0.1", "hone.gateway.paths=")).isEmpty();
    }

    @Test
    void whereOthersReachItInTheWorkingDirectoryAndHome() {
        assertThat(allowed("server.address=0.0.0.0", "hone.gateway.paths=", "hone.gateway.home=/hone"))
                .containsExactly(HERE, Path.of("/hone"));
        assertThat(allowed("hone.gateway.paths=")).containsExactly(HERE, HERE);
    }

    @Test
    void inTheFoldersThatAreNamed() {
        assertThat(allowed("server.address=127.0.0.1", "hone.gateway.paths=/a/../b,/c"))
                .containsExactly(Path.of("/b"), Path.of("/c"));
    }
}
