package dev.hone.rollout.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingPolicy;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecorderTests {

    private final ModelText model = TestingEpisodes.model();

    @Test
    void goesOnFromTheRecordedIdsWhateverTextTheyDecodeTo() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), "one é", "two", "three");
        Recorder recorder = recorder(policy, Duration.ofMinutes(1));
        List<Message> history = new ArrayList<>(List.of(user("a")));

        for (int turn = 0; turn < 3; turn++) {
            Answer answer = ask(recorder, history);
            history.add(Recorder.told(answer.text(), answer.calls()));
            history.add(user("b" + turn));
        }

        for (int request = 1; request < 3; request++) {
            int[] before = policy.requests.get(request - 1).promptIds();
            int[] now = policy.requests.get(request).promptIds();
            assertThat(Arrays.copyOf(now, before.length)).isEqualTo(before);
        }
        assertThat(recorder.recording().trajectory().timelines()).hasSize(1);
    }

    @Test
    void startsANewTimelineWhenHistoryWasEdited() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), "one", "two");
        Recorder recorder = recorder(policy, Duration.ofMinutes(1));
        ask(recorder, List.of(user("a")));

        ask(recorder, List.of(user("a"), assistant("eins"), user("b")));

        List<Timeline> timelines = recorder.recording().trajectory().timelines();
        assertThat(timelines).hasSize(2);
        assertThat(model.tokenizer().decode(timelines.get(1).tokenIds()))
                .contains("eins")
                .doesNotContain("one");
        assertThat(timelines.get(1).lossTokens()).isEqualTo(model.tokenizer().encode("two").length + 1);
        assertThat(policy.requests.get(0).noiseKey())
                .isNotEqualTo(policy.requests.get(1).noiseKey());
    }

    @Test
    void keepsTimelinesOfSeveralAgentsApart() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), "a1", "b1", "a2", "b2");
        Recorder recorder = recorder(policy, Duration.ofMinutes(1));
        ask(recorder, List.of(user("a")));
        ask(recorder, List.of(user("b")));
        ask(recorder, List.of(user("a"), assistant("a1"), user("more")));
        ask(recorder, List.of(user("b"), assistant("b1"), user("more")));

        assertThat(recorder.recording().trajectory().timelines()).hasSize(2);
    }

    @Test
    void whoAsksFirstOverTheEndpointChangesNoNoise() {
        assertThat(noise("a", "b", "a")).containsExactlyElementsOf(swapped(noise("b", "a", "a")));
        assertThat(noise("a", "b", "a")).doesNotHaveDuplicates();
    }

    @Test
    void theSameRequestWithTheSameSeedGetsTheSameNoise() {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), "1", "2", "3", "4");
        Recorder recorder = recorder(policy, Duration.ofMinutes(1));
        for (Long seed : new Long[] {7L, 7L, 8L, null}) {
            recorder.ask(remote("a", seed));
        }

        List<Long> keys =
                policy.requests.stream().map(GenerateRequest::noiseKey).toList();
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
        assertThat(keys.subList(1, 4)).doesNotHaveDuplicates();
    }

    private List<Long> noise(String... questions) {
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), "1", "2", "3");
        Recorder recorder = recorder(policy, Duration.ofMinutes(1));
        for (String question : questions) {
            recorder.ask(remote(question, null));
        }
        return policy.requests.stream().map(GenerateRequest::noiseKey).toList();
    }

    private static List<Long> swapped(List<Long> keys) {
        return List.of(keys.get(1), keys.get(0), keys.get(2));
    }

    private static Request remote(String question, @Nullable Long seed) {
        return new Request(
                List.of(user(question)), List.of(), false, true, true, 1, Integer.MAX_VALUE, List.of(), seed, null);
    }

    /// Random agents that go on, edit or start over: each prompt sent is the recorded tokens of a timeline, and each
    /// sampled token is in the trajectory once with the log-probability that it was given.
    @Test
    void accountsForEverySampledTokenOfRandomHistories() {
        Random random = new Random(11);
        for (int trial = 0; trial < 30; trial++) {
            int requests = 1 + random.nextInt(6);
            String[] answers = random.ints(requests, 0, 1000)
                    .mapToObj(n -> "é" + n + (n % 5 == 0 ? "…" : ""))
                    .toArray(String[]::new);
            TestingPolicy policy = new TestingPolicy(model.tokenizer(), answers);
            Recorder recorder = recorder(policy, Duration.ofMinutes(1));
            List<Message> history = new ArrayList<>(List.of(user("q" + trial)));
            int sampled = 0;
            for (int r = 0; r < requests; r++) {
                Answer answer = ask(recorder, history);
                sampled += answer.sampledTokens();
                history.add(
                        random.nextInt(4) == 0 ? assistant("edited") : Recorder.told(answer.text(), answer.calls()));
                history.add(user("then 中 " + r));
                if (random.nextInt(5) == 0) {
                    history = new ArrayList<>(List.of(user("fresh " + r)));
                }
            }

            List<Timeline> timelines = recorder.recording().trajectory().timelines();
            assertThat(recorder.recording().trajectory().lossTokens()).isEqualTo(sampled);
            for (Timeline timeline : timelines) {
                for (int t = 0; t < timeline.tokenIds().length; t++) {
                    assertThat(timeline.logProbs()[t]).isEqualTo(timeline.inLoss(t) ? -0.001f * t : 0f);
                }
            }
        }
    }

    @Test
    void stopsAtTheDeadline() {
        Recorder recorder = recorder(new TestingPolicy(model.tokenizer(), "one"), Duration.ZERO);

        assertThatThrownBy(() -> ask(recorder, List.of(user("a"))))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("episode-timeout");
        assertThat(recorder.failure()).isPresent();
    }

    @Test
    void refusesAPromptThatTheModelCannotRead() {
        Recorder recorder = recorder(new TestingPolicy(model.tokenizer(), "one"), Duration.ofMinutes(1));

        assertThatThrownBy(() -> ask(recorder, List.of(user("word ".repeat(3000)))))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("prompt-too-long")
                .hasMessageContaining("max_model_len");
    }

    private static Answer ask(Recorder recorder, List<Message> messages) {
        return recorder.ask(Request.local(messages, List.of(), true)).getFirst();
    }

    private Recorder recorder(TestingPolicy policy, Duration allowance) {
        return new Recorder(SamplingSettings.of(TestingEpisodes.issued()), model, policy, Deadline.in(allowance));
    }

    private static Message user(String text) {
        return new Message("user", text, List.of(), null);
    }

    private static Message assistant(String text) {
        return Recorder.told(text, List.of());
    }
}
