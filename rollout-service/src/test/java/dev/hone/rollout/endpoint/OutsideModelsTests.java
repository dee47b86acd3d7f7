package dev.hone.rollout.endpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.OutsideModel;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutsideModelsTests {

    @Test
    void aServiceThatOthersReachAsksNobodyBehindIt() {
        OutsideModel model = new OutsideModel("http://127.0.0.1:1/v1", "m", "", "");
        assertThatThrownBy(() -> new OutsideModels(Outbound.of("0.0.0.0", ""))
                        .complete(model, "{}".getBytes(StandardCharsets.UTF_8), Deadline.in(Duration.ofSeconds(1))))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("hone.rollout.untrained_model.base_url leads to 127.0.0.1");
    }
}
