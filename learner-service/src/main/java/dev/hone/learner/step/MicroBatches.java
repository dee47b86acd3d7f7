package dev.hone.learner.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// Cuts a batch into runs of neighbours.
final class MicroBatches {
    private MicroBatches() {}

    /// Runs of at most so many tokens; a sequence that alone has more makes a run of its own.
    static <T> List<List<T>> byTokens(List<T> batch, ToIntFunction<T> tokens, int most) {
        List<List<T>> runs = new ArrayList<>();
        int from = 0;
        int sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            int next = tokens.applyAsInt(batch.get(i));
            if (i > from && sum + next > most) {
                runs.add(batch.subList(from, i));
                from = i;
                sum = 0;
            }
            sum += next;
        }
        if (from < batch.size()) {
            runs.add(batch.subList(from, batch.size()));
        }
        return runs;
    }

    /// At most so many runs of about the same number of episodes; an episode's sequences stay together.
    static List<List<TrainingSequence>> byEpisodes(List<TrainingSequence> batch, int runs) {
        long episodes =
                batch.stream().mapToInt(TrainingSequence::episode).distinct().count();
        List<List<TrainingSequence>> result = new ArrayList<>();
        List<TrainingSequence> current = new ArrayList<>();
        long seen = 0;
        for (int i = 0; i < batch.size(); i++) {
            current.add(batch.get(i));
            boolean lastOfEpisode = i + 1 == batch.size()
                    || batch.get(i + 1).episode() != batch.get(i).episode();
            if (lastOfEpisode && ++seen * runs >= episodes * (result.size() + 1)) {
                result.add(List.copyOf(current));
                current.clear();
            }
        }
        return result;
    }
}
