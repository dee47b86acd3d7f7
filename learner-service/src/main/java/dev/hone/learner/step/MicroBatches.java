package dev.hone.learner.step;

import java.util.ArrayList;
import java.util.List;

/// Cuts a batch into runs of neighbours.
final class MicroBatches {
    private MicroBatches() {}

    /// Runs of at most so many tokens; what alone has more makes a run of its own.
    ///
    /// @param wholeEpisodes whether an episode's sequences stay together
    static List<List<TrainingSequence>> byTokens(List<TrainingSequence> batch, int most, boolean wholeEpisodes) {
        List<List<TrainingSequence>> runs = new ArrayList<>();
        List<TrainingSequence> run = new ArrayList<>();
        int sum = 0;
        for (int i = 0; i < batch.size(); ) {
            int next = i + 1;
            while (wholeEpisodes && next < batch.size() && sameEpisode(batch, i, next)) {
                next++;
            }
            List<TrainingSequence> unit = batch.subList(i, next);
            int tokens = unit.stream().mapToInt(TrainingSequence::length).sum();
            if (!run.isEmpty() && sum + tokens > most) {
                runs.add(List.copyOf(run));
                run.clear();
                sum = 0;
            }
            run.addAll(unit);
            sum += tokens;
            i = next;
        }
        if (!run.isEmpty()) {
            runs.add(List.copyOf(run));
        }
        return runs;
    }

    /// At most so many runs of about the same number of tokens; an episode's sequences stay together.
    static List<List<TrainingSequence>> deal(List<TrainingSequence> batch, int runs) {
        long tokens = batch.stream().mapToLong(TrainingSequence::length).sum();
        List<List<TrainingSequence>> result = new ArrayList<>();
        List<TrainingSequence> current = new ArrayList<>();
        long seen = 0;
        for (int i = 0; i < batch.size(); i++) {
            current.add(batch.get(i));
            seen += batch.get(i).length();
            boolean lastOfEpisode = i + 1 == batch.size() || !sameEpisode(batch, i, i + 1);
            if (lastOfEpisode && seen * runs >= tokens * (result.size() + 1)) {
                result.add(List.copyOf(current));
                current.clear();
            }
        }
        return result;
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
            boolean lastOfEpisode = i + 1 == batch.size() || !sameEpisode(batch, i, i + 1);
            if (lastOfEpisode && ++seen * runs >= episodes * (result.size() + 1)) {
                result.add(List.copyOf(current));
                current.clear();
            }
        }
        return result;
    }

    private static boolean sameEpisode(List<TrainingSequence> batch, int i, int j) {
        return batch.get(i).episode() == batch.get(j).episode();
    }
}
