package dev.hone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTests {

    @Test
    void aServiceWithoutStateStartsWithoutServers(@TempDir Path folder) throws Exception {
        List<String> progress = new ArrayList<>();
        try (Platform platform = Platform.start(folder, EnumSet.of(Service.SANDBOX), Map.of(), progress::add);
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            platform.address(Service.SANDBOX).resolve("/actuator/health/liveness"))
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            assertThat(folder).isDirectoryNotContaining("glob:**/{kafka,postgres}");
        }
        assertThat(progress).containsExactly("Starting sandbox-service");
    }
}
