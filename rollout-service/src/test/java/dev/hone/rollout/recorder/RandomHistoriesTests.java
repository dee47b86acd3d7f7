package dev.hone.rollout.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingPolicy;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Whatever agents do with their conversations: several at a time, samples, edits, calls good and bad, answers that the
/// token limit cuts, texts of any script, agents that are not trained. Each repetition is another seed.
class RandomHistoriesTests {

    private static final List<Map<String, Object>> TOOLS =
            List.of(Map.of("type", "function", "function", Map.of("name", "f", "parameters", Map.of())));
    private static final List<String> WORDS = List.of(
            "plain",
            "é",
            "中文字",
            "🎉",
            "\u200b",
            "ａ",
            "ß\n",
            "  ",
            "\\boxed{1}",
            "<|im_end|>",
            "عربى",
            "\t",
            "{\"a\"",
            "e\u0301");

    private static final ModelText MODEL = TestingEpisodes.model();
    private static final ChatTokenizer TOKENIZER = MODEL.tokenizer();

    private Random random = new Random(0);

    /// What the policy sampled, by what it went on from: the truth that the recording is held against.
    private final class Sampling implements Policy {

        /// Everything up to and including a trained token: its log-probability, and how often it was sampled.
        private final Map<List<Integer>, Float> logProbs = new HashMap<>();
        private final Map<List<Integer>, Integer> times = new HashMap<>();
        private boolean training;
        private String stop = "";

        @Override
        public GenerateResponse generate(EpisodeKey episode, GenerateRequest request, Deadline deadline) {
            Random noise = new Random(request.noiseKey() ^ request.promptIds().length);
            String answer = words(noise).replace("<|im_end|>", "")
                    + switch (noise.nextInt(6)) {
                        case 0 ->
                            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": " + noise.nextInt(9)
                                    + "}}\n</tool_call>";
                        case 1 -> "<tool_call>\nnonsense\n</tool_call>";
                        case 2 -> "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\"…";
                        case 3 -> "…";
                        default -> "";
                    };
            GenerateResponse response = TestingPolicy.response(TOKENIZER, answer, request);
            remember(request.promptIds(), Sample.of(response, TOKENIZER, stop.isEmpty() ? List.of() : List.of(stop)));
            return response;
        }

        private synchronized void remember(int[] prompt, Sample sample) {
            List<Integer> prefix = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
            for (int i = 0; i < sample.ids().length && training; i++) {
                prefix.add(sample.ids()[i]);
                logProbs.put(List.copyOf(prefix), sample.logProbs()[i]);
                times.merge(List.copyOf(prefix), 1, Integer::sum);
            }
        }
    }

    @RepeatedTest(60)
    void everySampledTokenIsRecordedOnceAsItWasSampled(RepetitionInfo repetition) {
        random = new Random(repetition.getCurrentRepetition());
        Sampling policy = new Sampling();
        Recorder recorder = new Recorder(
                SamplingSettings.of(TestingEpisodes.issued(0, 0, 0, TestingEpisodes.settings(2, 24, 900, 64, 60))),
                MODEL,
                policy,
                Deadline.in(Duration.ofMinutes(1)));
        List<List<Message>> agents = new ArrayList<>();
        for (int agent = 1 + random.nextInt(3); agent > 0; agent--) {
            agents.add(new ArrayList<>(List.of(system("agent " + agent), user(words()))));
        }
        for (int request = 4 + random.nextInt(10); request > 0; request--) {
            List<Message> history = agents.get(random.nextInt(agents.size()));
            policy.training = random.nextInt(4) > 0;
            policy.stop = random.nextInt(4) == 0 ? "文" : "";
            boolean remote = random.nextInt(3) > 0;
            List<Answer> answers = recorder.ask(new Request(
                    history,
                    TOOLS,
                    true,
                    policy.training,
                    remote,
                    remote && random.nextInt(4) == 0 ? 3 : 1,
                    random.nextBoolean() ? 1 + random.nextInt(20) : 1000,
                    policy.stop.isEmpty() ? List.of() : List.of(policy.stop),
                    null,
                    null));
            for (Answer answer : answers) {
                assertThatTheTextIsTheIds(answer, policy.stop);
            }
            goOn(history, answers.get(random.nextInt(answers.size())), remote);
        }

        Map<List<Integer>, Float> recorded = new HashMap<>();
        Map<List<Integer>, Integer> times = new HashMap<>();
        for (Timeline timeline : recorder.recording().trajectory().timelines()) {
            List<Integer> prefix = new ArrayList<>();
            for (int t = 0; t < timeline.tokenIds().length; t++) {
                prefix.add(timeline.tokenIds()[t]);
                if (timeline.inLoss(t)) {
                    recorded.put(List.copyOf(prefix), timeline.logProbs()[t]);
                    times.merge(List.copyOf(prefix), 1, Integer::sum);
                } else {
                    assertThat(timeline.logProbs()[t]).isZero();
                }
            }
            assertThat(timeline.versions().stream()
                            .mapToInt(span -> span.end() - span.start())
                            .sum())
                    .isEqualTo(timeline.lossTokens());
        }
        assertThat(recorded).isEqualTo(policy.logProbs);
        // What was sampled twice at one place is recorded twice, unless one of the timelines absorbed the other.
        times.forEach((prefix, n) -> assertThat(n).isLessThanOrEqualTo(policy.times.get(prefix)));
    }

    private void assertThatTheTextIsTheIds(Answer answer, String stop) {
        int[] ids = answer.ids();
        boolean ended = ids.length > 0 && TOKENIZER.eosIds().contains(ids[ids.length - 1]);
        String text = TOKENIZER.decode(ended ? Arrays.copyOf(ids, ids.length - 1) : ids);
        int cut = stop.isEmpty() ? -1 : text.indexOf(stop);
        String said = cut < 0 ? text : text.substring(0, cut);
        if (answer.calls().isEmpty()) {
            assertThat(answer.text()).isEqualTo(said);
        } else {
            assertThat(said).contains(answer.text());
        }
    }

    /// As agents do: the answer, the tools' results, another question; now and then something else than what was said.
    private void goOn(List<Message> history, Answer answer, boolean remote) {
        switch (random.nextInt(8)) {
            case 0 -> history.add(Recorder.told("edited " + words(), List.of()));
            case 1 -> {
                return; // asks the same again
            }
            default ->
                history.add(
                        remote
                                ? new Message("assistant", answer.text(), answer.calls(), null)
                                : Recorder.told(answer.text(), answer.calls()));
        }
        for (Message.ToolCall call : history.getLast().toolCalls()) {
            history.add(new Message("tool", words(), List.of(), call.id()));
        }
        if (!history.getLast().role().equals("tool")) {
            history.add(user(words()));
        }
        if (random.nextInt(6) == 0) {
            history.set(1, user("another beginning " + random.nextInt(2)));
        }
    }

    private String words() {
        return words(random);
    }

    private static String words(Random random) {
        StringBuilder words = new StringBuilder();
        for (int n = random.nextInt(5); n >= 0; n--) {
            words.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextInt(3) == 0 ? " " : "");
        }
        return words.toString();
    }

    private static Message system(String text) {
        return new Message("system", text, List.of(), null);
    }

    private static Message user(String text) {
        return new Message("user", text, List.of(), null);
    }
}
