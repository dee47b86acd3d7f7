package dev.hone.gateway;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.web.util.UriComponentsBuilder;

/// A run as the services tell it, whose model writes what a browser must not take for markup.
final class TestingRun {

    static final String EVIL = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    final RunId run;
    private final TestingEvents events;
    private final TestingServices services;

    TestingRun(String name, TestingApi api, TestingEvents events, TestingServices services) throws Exception {
        this.run = new RunId(name);
        this.events = events;
        this.services = services;
        api.submit("/api/v1/runs", """
                hone:
                  experiment_name: %s
                  model: {path: some/model}
                  trainer_common: {total_training_steps: 3}
                """.formatted(name));
    }

    /// Ready to train, evaluated once, two steps done.
    TestingRun going() {
        events.tell(Topics.LEARNER_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of()));
        events.tell(Topics.TASK_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of("steps", "3")));
        events.tell(Topics.POLICY_UPDATED, new PolicyUpdated(run, 0, "sha256:0", NOW));
        evaluation(0, false, 0.5);
        step(1, 0.4);
        step(2, 0.6);
        return this;
    }

    void step(int step, double reward) {
        events.step(
                run,
                new Phase(Purpose.TRAIN, step, 2, false),
                Map.of(
                        "reward/mean",
                        reward,
                        "entropy",
                        0.3 / step,
                        "habits/missing_print",
                        0.5 - reward / 2,
                        "throughput/tokens_per_second",
                        1000.0 * step,
                        "time/step",
                        12.5));
    }

    void evaluation(int step, boolean last, double accuracy) {
        events.step(
                run,
                new Phase(Purpose.EVAL, step, 2, last),
                Map.of("accuracy", accuracy, "accuracy/low", accuracy - 0.1, "accuracy/high", accuracy + 0.1));
    }

    /// An episode with both bad habits, or none, and a conversation that tries to be markup.
    EpisodeKey episode(Purpose purpose, int step, int sample, boolean bad) {
        EpisodeKey key = new EpisodeKey(run, purpose, step, 0, sample, 0);
        Task task = new Task("task-" + sample, "How many? " + EVIL, Map.of("answer", "4"));
        Verdict verdict = new Verdict(
                bad ? 0.1 : 1.0,
                !bad,
                List.of(new Verdict.Part("math_answer", bad ? 0 : 1, 0.8, "saw " + EVIL)),
                Map.of(Verdict.MISSING_PRINT, bad, Verdict.EARLY_ANSWER, bad),
                bad ? "wrong" : "none");
        events.tell(Topics.EPISODE_FINISHED, events.finished(key, task));
        EpisodeJudged judged = events.judged(key, verdict);
        events.tell(Topics.EPISODE_JUDGED, judged);
        String code = EventCodec.json().writeValueAsString(Map.of("code", bad ? "x = 4" : "print(4)"));
        List<Message> messages = List.of(
                new Message("user", task.query(), List.of(), null),
                new Message(
                        "assistant",
                        (bad ? "It is \\boxed{4}." : "I compute.") + EVIL + "<tool_call>" + code + "</tool_call>",
                        List.of(new Message.ToolCall("c1", "execute_python_code", code, false)),
                        null),
                new Message("tool", bad ? "" : "4 " + EVIL, List.of(), "c1"),
                new Message("assistant", "\\boxed{4}", List.of(), null));
        String path = "/api/v1/runs/" + key.sampleId().replaceFirst("/", "/episodes/");
        answer(path, Map.of("task", task, "messages", messages, "output", Map.of("final_answer", EVIL)));
        answer(path + "/verdict", judged);
        answer(
                path + "/habits",
                bad
                        ? List.of(
                                new HabitSighting(Verdict.MISSING_PRINT, 1, "c1"),
                                new HabitSighting(Verdict.EARLY_ANSWER, 1, null))
                        : List.of());
        answer(
                path + "/calls",
                List.of(Map.of("attempt", 0, "outcome", "ok", "millis", 12, "code", "x = 4", "stdout", EVIL)));
        return key;
    }

    private void answer(String path, Object value) {
        services.answers.put(path, EventCodec.json().writeValueAsString(value));
    }

    /// Gives an episode so many tokens: every third was read, the others sampled, each less likely than the one before
    /// in a cycle of six; an update was made of them.
    void tokens(EpisodeKey key, int count) {
        String path = "/api/v1/runs/" + key.sampleId().replaceFirst("/", "/episodes/") + "/tokens";
        int[] sampled = IntStream.range(0, count).filter(t -> t % 3 != 0).toArray();
        float[] old = new float[sampled.length];
        float[] fresh = new float[sampled.length];
        float[] advantages = new float[sampled.length];
        for (int i = 0; i < sampled.length; i++) {
            old[i] = logProb(sampled[i]);
            fresh[i] = old[i] + 0.5f;
            advantages[i] = 1.25f;
        }
        byte[] update = EventCodec.cbor()
                .writeValueAsBytes(new TrainedTokens(
                        0, List.of(new TrainedTokens.TimelineTokens(0, sampled, old, fresh, advantages))));
        services.pages.put(path, asked -> asked.getQuery() == null ? update : page(asked, count));
    }

    static float logProb(int token) {
        return new float[] {-0.01f, -0.1f, -0.5f, -1f, -2f, -4f}[token % 6];
    }

    private static byte[] page(URI asked, int count) {
        Map<String, String> query =
                UriComponentsBuilder.fromUri(asked).build().getQueryParams().toSingleValueMap();
        int from = Integer.parseInt(query.get("from"));
        int end = Math.min(count, from + Integer.parseInt(query.get("limit")));
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (int t = from; t < end; t++) {
            boolean inLoss = t % 3 != 0;
            Map<String, Object> token = new java.util.HashMap<>(Map.of(
                    "timeline",
                    0,
                    "position",
                    t,
                    "id",
                    100 + t,
                    "text",
                    t == 4 ? EVIL : " word" + t,
                    "inLoss",
                    inLoss));
            if (inLoss) {
                token.put("logProb", logProb(t));
                token.put("version", 7);
                token.put("role", "assistant");
            }
            tokens.add(token);
        }
        return EventCodec.json()
                .writeValueAsBytes(Map.of("attempt", 0, "timelines", List.of(count), "from", from, "tokens", tokens));
    }
}
