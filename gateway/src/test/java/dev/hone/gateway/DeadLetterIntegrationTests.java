package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.Topics;
import dev.hone.messaging.TestInfrastructure;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Dead letters over the API. What becomes of one that is sent back is messaging's test.
class DeadLetterIntegrationTests {

    private static final TestingApi API = TestingGateway.API;
    private static final String PATH = "/api/v1/dead-letters";
    private static final String BOX = "error." + Topics.GROUP_CLOSED + ".gateway.task.group-closed";

    private static JsonNode box() throws Exception {
        TestingApi.Answer answer = API.get(PATH);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        for (JsonNode box : answer.json().path("topics")) {
            if (box.path("topic").asString().equals(BOX)) {
                return box;
            }
        }
        return answer.json().path("none");
    }

    @Test
    void whatTheGatewayCouldNotReadIsListedWithItsReasonAndSentBack() throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.GROUP_CLOSED, "letter/train/1/0", new byte[] {'n', 'o'}));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> box().path("waiting").asInt(0) == 1);
        JsonNode box = box();
        assertThat(box.path("origin").asString()).isEqualTo(Topics.GROUP_CLOSED);
        assertThat(box.path("reader").asString()).isEqualTo("gateway.task.group-closed");
        assertThat(box.path("letters").path(0).path("key").asString()).isEqualTo("letter/train/1/0");
        assertThat(box.path("letters").path(0).path("reason").asString()).contains("StreamReadException");
        JsonNode replay = API.post(PATH + "/" + BOX + "/replay").json();
        assertThat(replay.path("replayed").asInt()).isEqualTo(1);
        // Nobody has mended it: it is there again.
        await().atMost(Duration.ofSeconds(60)).until(() -> box().path("waiting").asInt(0) == 1);
    }

    @Test
    void anUnknownTopicIsAProblemThatSaysWhatThereIs() throws Exception {
        TestingApi.Answer answer = API.post(PATH + "/" + Topics.GROUP_CLOSED + "/replay");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("detail").asString()).contains("error.<topic>.<reader>");
    }
}
