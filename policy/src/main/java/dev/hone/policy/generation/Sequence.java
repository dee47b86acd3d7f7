package dev.hone.policy.generation;

import dev.hone.policy.generation.Generated.FinishReason;
import dev.hone.policy.generation.Generated.VersionSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request on its way: its timeline grows token by token. Owned by the engine's thread. */
final class Sequence {
    final GenerationRequest request;
    final CompletableFuture<Generated> future = new CompletableFuture<>();
    private final int budget;
    private final float[] logProbs;
    private final List<VersionSpan> versions = new ArrayList<>();
    private int[] timeline;
    private int length;
    private @Nullable FinishReason finished;

    /** @param maxPositions the model's longest timeline */
    Sequence(GenerationRequest request, int maxPositions) {
        this.request = request;
        length = request.promptIds().length;
        budget = Math.min(request.maxNewTokens(), maxPositions - length);
        timeline = Arrays.copyOf(request.promptIds(), length + Math.max(0, budget));
        logProbs = new float[Math.max(0, budget)];
    }

    int budget() {
        return budget;
    }

    int remaining() {
        return budget - generated();
    }

    int[] timeline() {
        return timeline;
    }

    int length() {
        return length;
    }

    int newestToken() {
        return timeline[length - 1];
    }

    int generated() {
        return length - request.promptIds().length;
    }

    boolean begun() {
        return generated() > 0;
    }

    boolean finished() {
        return finished != null;
    }

    void append(int token, float logProb, long version) {
        int index = generated();
        logProbs[index] = logProb;
        timeline[length++] = token;
        if (!versions.isEmpty() && versions.getLast().version() == version) {
            VersionSpan last = versions.removeLast();
            versions.add(new VersionSpan(last.start(), index + 1, version));
        } else {
            versions.add(new VersionSpan(index, index + 1, version));
        }
        if (request.stopTokenIds().contains(token)) {
            finished = FinishReason.STOP;
        } else if (remaining() == 0) {
            finished = FinishReason.LENGTH;
        }
    }

    Generated result() {
        FinishReason reason = finished;
        if (reason == null) {
            throw new IllegalStateException("The sequence is still running.");
        }
        return new Generated(
                Arrays.copyOfRange(timeline, request.promptIds().length, length),
                Arrays.copyOf(logProbs, generated()),
                reason,
                versions);
    }
}
