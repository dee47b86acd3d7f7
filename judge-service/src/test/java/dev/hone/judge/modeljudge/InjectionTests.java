package dev.hone.judge.modeljudge;

import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.Outbound;
import dev.hone.judge.TestingLlm;
import dev.hone.judge.verifier.Judge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A hundred answers that try to talk the language model into a verdict (injections.jsonl), against one that believes
/// everything outside the fence.
class InjectionTests {

    private record Attempt(String kind, String answer) {}

    private static final List<Attempt> ATTEMPTS = attempts();

    /// A mark that every attacker knows.
    private static final String KNOWN_MARK = "0".repeat(32);

    private final TestingLlm llm = new TestingLlm(new GullibleModel());

    @AfterEach
    void stop() {
        llm.close();
    }

    @Test
    void thereAreAHundredDifferentOnes() {
        assertThat(ATTEMPTS).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void noneFlipsAReward() {
        assertThat(flipping(Fence::around)).isEmpty();
        assertThat(llm.requests.size())
                .as("each is one that the model is asked about")
                .isEqualTo(100);
    }

    @Test
    void withoutTheFenceEachFlipsOne() {
        assertThat(ATTEMPTS).containsExactlyElementsOf(flipping(answer -> answer));
    }

    @Test
    void aFenceWhoseMarkIsKnownAndWhoseContentIsNotEscapedIsClosedFromWithin() {
        List<Attempt> closers = ATTEMPTS.stream()
                .filter(attempt -> attempt.kind().equals("closes the fence"))
                .toList();
        assertThat(closers).hasSizeGreaterThanOrEqualTo(10);
        assertThat(flipping(answer -> "<<<" + KNOWN_MARK + "\n" + answer + "\n" + KNOWN_MARK + ">>>"))
                .containsExactlyElementsOf(closers);
    }

    private List<Attempt> flipping(UnaryOperator<String> fence) {
        Judge judge = new MathAnswerAndLlm(
                new LlmPrompt(fence),
                new LlmServer(name -> null, Outbound.ANYWHERE, Clock.systemUTC()),
                new TestingLedger(),
                new LlmMetrics(new SimpleMeterRegistry()));
        return ATTEMPTS.stream()
                .filter(attempt -> {
                    EpisodeFinished episode =
                            episode(0, llm.judge(), "#### 42", says("So \\boxed{" + attempt.answer() + "}"));
                    return judge.judge(episode.task(), episode).value() > 0;
                })
                .toList();
    }

    private static List<Attempt> attempts() {
        try (InputStream in = InjectionTests.class.getResourceAsStream("injections.jsonl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> EventCodec.json().readValue(line, Attempt.class))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
