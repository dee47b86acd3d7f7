package dev.hone.rollout.recorder;

import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.policy.chat.ChatTokenizer;
import java.util.Arrays;
import java.util.List;

/// What the policy sampled for an answer, as tokens and as text.
///
/// @param ids `int[N]`
/// @param logProbs `float[N]`
/// @param versions which version of the weights sampled what
/// @param text the ids' text without the token that ends a turn, and without a stop text and what follows it
/// @param finishReason `stop` or `length`
record Sample(int[] ids, float[] logProbs, List<Timeline.VersionSpan> versions, String text, String finishReason) {

    /// Reads a response. Where a stop text comes to its end within the answer, the answer ends with the token
    /// that completes it: the tokens after it are as if they had never been sampled, which is sound because
    /// whether to stop there is decided by the tokens before. Ids stay as they were sampled; the text ends
    /// before the stop text.
    ///
    /// @param stops texts that end an answer
    static Sample of(GenerateResponse response, ChatTokenizer tokenizer, List<String> stops) {
        int[] ids = response.tokenIds();
        boolean ended = ids.length > 0 && tokenizer.eosIds().contains(ids[ids.length - 1]);
        int words = ended ? ids.length - 1 : ids.length;
        String text = tokenizer.decode(ids, 0, words);
        if (stops.stream().noneMatch(text::contains)) {
            return new Sample(ids, response.logProbs(), response.versions(), text, response.finishReason());
        }
        // What a prefix holds every longer one holds, so the shortest that holds a stop text is found by halving.
        int low = 1;
        int length = words;
        while (low < length) {
            int middle = (low + length) / 2;
            if (holds(tokenizer.decode(ids, 0, middle), stops)) {
                length = middle;
            } else {
                low = middle + 1;
            }
        }
        String whole = tokenizer.decode(ids, 0, length);
        int cut = stops.stream()
                .mapToInt(whole::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(whole.length());
        int kept = length;
        return new Sample(
                Arrays.copyOf(ids, kept),
                Arrays.copyOf(response.logProbs(), kept),
                response.versions().stream()
                        .filter(span -> span.start() < kept)
                        .map(span -> new Timeline.VersionSpan(span.start(), Math.min(span.end(), kept), span.version()))
                        .toList(),
                whole.substring(0, cut),
                GenerateResponse.STOP);
    }

    private static boolean holds(String text, List<String> stops) {
        return stops.stream().anyMatch(text::contains);
    }
}
