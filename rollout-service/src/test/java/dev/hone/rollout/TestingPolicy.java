package dev.hone.rollout;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// A policy that says what it is told to, as token ids. An answer that ends in `…` is cut there: it has no end token.
public final class TestingPolicy implements Policy {

    public final List<GenerateRequest> requests = new ArrayList<>();
    private final ChatTokenizer tokenizer;
    private final Deque<String> answers;

    public TestingPolicy(ChatTokenizer tokenizer, String... answers) {
        this.tokenizer = tokenizer;
        this.answers = new ArrayDeque<>(List.of(answers));
    }

    public String prompt(int request) {
        return tokenizer.decode(requests.get(request).promptIds());
    }

    @Override
    public GenerateResponse generate(EpisodeKey episode, GenerateRequest request, Deadline deadline) {
        requests.add(request);
        if (answers.isEmpty()) {
            throw new EpisodeFailedException(new Failure("generate-timeout", "nothing left to say", true));
        }
        return response(tokenizer, answers.poll(), request);
    }

    public static GenerateResponse response(ChatTokenizer tokenizer, String answer, GenerateRequest request) {
        boolean cut = answer.endsWith("…");
        int[] words = tokenizer.encode(cut ? answer.substring(0, answer.length() - 1) : answer);
        int[] ids = cut ? words : Arrays.copyOf(words, words.length + 1);
        if (!cut) {
            ids[words.length] = request.stopIds().getFirst();
        }
        if (ids.length > request.maxNewTokens()) {
            ids = Arrays.copyOf(ids, request.maxNewTokens());
            cut = true;
        }
        float[] logProbs = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            logProbs[i] = -0.001f * (request.promptIds().length + i);
        }
        return new GenerateResponse(
                ids,
                logProbs,
                cut ? GenerateResponse.LENGTH : GenerateResponse.STOP,
                List.of(new Timeline.VersionSpan(0, ids.length, request.minVersion())));
    }
}
