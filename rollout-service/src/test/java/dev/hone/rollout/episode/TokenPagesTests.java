package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.TokenPage;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Task;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.rollout.TestingEpisodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TokenPagesTests {

    private static final ChatTokenizer TOKENIZER = ChatTokenizer.load(TestingEpisodes.MODEL);
    private static final String TEXT = "Añade 17 * 23 — 😀 «ünï» and print(391).";

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    /// Its second half was sampled, the last token of it by version 4, the others by version 3.
    private static Timeline timeline(String text) {
        int[] ids = TOKENIZER.encode(text);
        int half = ids.length / 2;
        BitSet mask = new BitSet();
        mask.set(half, ids.length);
        float[] logProbs = new float[ids.length];
        for (int t = half; t < ids.length; t++) {
            logProbs[t] = -t;
        }
        return new Timeline(
                ids,
                mask.toByteArray(),
                logProbs,
                List.of(
                        new Timeline.VersionSpan(half, ids.length - 1, 3),
                        new Timeline.VersionSpan(ids.length - 1, ids.length, 4)),
                List.of(new Timeline.Span(0, half, "user", 0), new Timeline.Span(half, ids.length, "assistant", 0)));
    }

    private static EpisodeFinished episode() {
        return new EpisodeFinished(
                new EpisodeKey(new RunId("r"), Purpose.TRAIN, 1, 0, 0, 2),
                new Task("t", "How many?", Map.of()),
                RunConfigReader.defaults().taskJudge(),
                null,
                Map.of(),
                List.of(),
                new Trajectory(List.of(timeline(TEXT), timeline("Again: " + TEXT))).encode(),
                EpisodeFinished.Usage.NONE,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    @Test
    void pagesTogetherAreTheWholeWhereverTheyAreCut() {
        TokenPage whole = TokenPages.of(episode(), TOKENIZER, 0, 10_000);
        int total = whole.timelines().stream().mapToInt(Integer::intValue).sum();
        assertThat(whole.attempt()).isEqualTo(2);
        assertThat(whole.tokens()).hasSize(total);
        assertThat(text(whole, 0)).isEqualTo(TEXT);
        assertThat(text(whole, 1)).isEqualTo("Again: " + TEXT);
        for (int size = 1; size < 9; size++) {
            List<TokenPage.Token> tokens = new ArrayList<>();
            for (int from = 0; from < total; from += size) {
                tokens.addAll(TokenPages.of(episode(), TOKENIZER, from, size).tokens());
            }
            assertThat(tokens).as("pages of %d", size).isEqualTo(whole.tokens());
        }
    }

    private static String text(TokenPage page, int timeline) {
        return String.join(
                "",
                page.tokens().stream()
                        .filter(token -> token.timeline() == timeline)
                        .map(TokenPage.Token::text)
                        .toList());
    }

    @Test
    void aTokenSaysWhetherItWasSampledAndByWhom() {
        TokenPage page = TokenPages.of(episode(), TOKENIZER, 0, 10_000);
        int length = page.timelines().getFirst();
        TokenPage.Token read = page.tokens().getFirst();
        assertThat(read.inLoss()).isFalse();
        assertThat(read.logProb()).isNull();
        assertThat(read.version()).isNull();
        assertThat(read.role()).isEqualTo("user");
        TokenPage.Token last = page.tokens().get(length - 1);
        assertThat(last.position()).isEqualTo(length - 1);
        assertThat(last.inLoss()).isTrue();
        assertThat(last.logProb()).isEqualTo(1f - length);
        assertThat(last.version()).isEqualTo(4);
        assertThat(page.tokens().get(length - 2).version()).isEqualTo(3);
        assertThat(last.role()).isEqualTo("assistant");
    }

    @Test
    void beyondTheEndThereIsNothing() {
        assertThat(TokenPages.of(episode(), TOKENIZER, 100_000, 10).tokens()).isEmpty();
    }
}
