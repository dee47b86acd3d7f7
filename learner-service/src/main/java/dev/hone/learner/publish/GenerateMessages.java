package dev.hone.learner.publish;

import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import java.util.Set;

/// The contract's requests and answers as the generator knows them.
public final class GenerateMessages {

    private GenerateMessages() {}

    /// @throws IllegalArgumentException if no generator could serve it
    public static GenerationRequest request(GenerateRequest request) {
        return new GenerationRequest(
                request.promptIds(),
                request.maxNewTokens(),
                (float) request.temperature(),
                (float) request.topP(),
                request.topK(),
                Set.copyOf(request.stopIds()),
                request.noiseKey(),
                request.minVersion(),
                request.maxVersion() == null ? GenerationRequest.ANY_VERSION : request.maxVersion());
    }

    /// What was generated, for who asked.
    public static GenerateResponse response(Generated generated) {
        return new GenerateResponse(
                generated.tokenIds(),
                generated.logProbs(),
                switch (generated.finishReason()) {
                    case STOP -> GenerateResponse.STOP;
                    case LENGTH -> GenerateResponse.LENGTH;
                },
                generated.versions().stream()
                        .map(span ->
                                new Timeline.VersionSpan(span.start(), span.end(), Math.toIntExact(span.version())))
                        .toList());
    }
}
