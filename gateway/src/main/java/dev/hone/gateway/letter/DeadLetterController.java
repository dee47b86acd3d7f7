package dev.hone.gateway.letter;

import dev.hone.gateway.problem.ApiException;
import dev.hone.messaging.DeadLetters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/dead-letters")
@Tag(name = "Dead letters")
class DeadLetterController {

    private final DeadLetters letters;

    DeadLetterController(DeadLetters letters) {
        this.letters = letters;
    }

    /// @param topics those with dead letters that wait
    record DeadLetterList(List<DeadLetters.Box> topics) {

        DeadLetterList {
            topics = List.copyOf(topics);
        }
    }

    /// @param replayed how many were sent to the topic that they came from
    record Replay(String topic, long replayed) {}

    @Operation(
            summary = "Events that a service could not handle, with the reason, by topic; of each the first 100",
            description = "Once the cause is mended, send them back with `/replay`.")
    @GetMapping
    DeadLetterList list() {
        try {
            return new DeadLetterList(letters.list());
        } catch (KafkaException e) {
            throw broker(e);
        }
    }

    @Operation(
            summary = "Sends the dead letters of a topic to the one that they came from",
            description = "Under the ids that they had: services that have handled them drop them.")
    @PostMapping("/{topic}/replay")
    Replay replay(@PathVariable String topic) {
        try {
            return new Replay(topic, letters.replay(topic));
        } catch (IllegalArgumentException e) {
            throw ApiException.notFound("No such topic", String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw broker(e);
        }
    }

    private static ApiException broker(KafkaException e) {
        return ApiException.badGateway(
                "The broker did not answer",
                "Dead letters are at the broker, which says: " + e.getMessage() + ". Try again when it is back.");
    }
}
