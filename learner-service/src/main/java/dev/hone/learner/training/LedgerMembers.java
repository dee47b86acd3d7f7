package dev.hone.learner.training;

import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.learner.batch.TrainedEpisode;
import dev.hone.learner.ledger.LedgerMember;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Brings an update's token records to the episodes that they belong to.
final class LedgerMembers {
    private LedgerMembers() {}

    /// @param tokens of the sequences of these episodes, which name them by their index
    static List<LedgerMember> of(List<TrainedEpisode> trained, List<Update.TokenRecord> tokens) {
        List<List<TrainedTokens.TimelineTokens>> timelines = new ArrayList<>();
        trained.forEach(episode -> timelines.add(new ArrayList<>()));
        for (Update.TokenRecord record : tokens) {
            TrainingSequence sequence = record.sequence();
            float[] advantages = new float[sequence.targets()];
            Arrays.fill(advantages, (float) sequence.advantage());
            timelines
                    .get(sequence.episode())
                    .add(new TrainedTokens.TimelineTokens(
                            sequence.timeline(),
                            sequence.tokens().targets(),
                            record.oldLogProbs(),
                            record.newLogProbs(),
                            advantages));
        }
        List<LedgerMember> members = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            TrainedEpisode episode = trained.get(i);
            members.add(
                    new LedgerMember(episode, new TrainedTokens(episode.key().attempt(), timelines.get(i))));
        }
        return members;
    }
}
