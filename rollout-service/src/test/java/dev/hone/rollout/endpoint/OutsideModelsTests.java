package dev.hone.rollout.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.OutsideModel;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutsideModelsTests {

    @Test
    void aServiceThatOthersReachAsksNobodyBehindIt() {
        OutsideModel model = new OutsideModel("http://127.0.0.1:1/v1", "m", "", "");
        assertThatThrownBy(() -> new OutsideModels(Outbound.of("0.0.0.0", ""))
                        .complete(model, "{}".getBytes(StandardCharsets.UTF_8), Deadline.in(Duration.ofSeconds(20))))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("hone.rollout.untrained_model.base_url leads to 127.0.0.1");
    }

    @Test
    void aKeyThatTheServerRepeatsIsInNoMessage(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("server.api-key"), "planted-key-31c7\n");
        int[] status = {401};
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            byte[] said = ("no use for " + exchange.getRequestHeaders().getFirst("Authorization")).getBytes();
            exchange.sendResponseHeaders(status[0], said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        try {
            OutsideModel model =
                    new OutsideModel("http://127.0.0.1:" + server.getAddress().getPort(), "m", "", file.toString());
            OutsideModels models = new OutsideModels(Outbound.ANYWHERE);
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> models.complete(model, body, Deadline.in(Duration.ofSeconds(20))))
                    .hasMessageContaining("401 no use for Bearer [the key]")
                    .hasMessageNotContaining("planted-key-31c7");
            status[0] = 400;
            assertThat(new String(
                            models.complete(model, body, Deadline.in(Duration.ofSeconds(20)))
                                    .body(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("no use for Bearer [the key]");
        } finally {
            server.stop(0);
        }
    }
}
