package dev.hone.learner.training;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.learner.batch.TrainedEpisode;
import dev.hone.learner.batch.TrainingBatch;
import dev.hone.learner.checkpoint.CheckpointDirectory;
import dev.hone.learner.checkpoint.Checkpoints;
import dev.hone.learner.episode.Episodes;
import dev.hone.learner.episode.JudgedEpisode;
import dev.hone.learner.ledger.Ledger;
import dev.hone.learner.ledger.LedgerRow;
import dev.hone.learner.ledger.ReplayConditions;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.step.TrainingSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Brings weights to where the ledger says they are: the newest sound checkpoint, then the later batches again, from
/// the stored trajectories, under the recorded conditions. On the CPU the bits come out the same.
@Component
class Restart {
    private static final Logger LOG = LoggerFactory.getLogger(Restart.class);

    private final Checkpoints checkpoints;
    private final Ledger ledger;
    private final Episodes episodes;
    private final LearnerProperties properties;

    Restart(Checkpoints checkpoints, Ledger ledger, Episodes episodes, LearnerProperties properties) {
        this.checkpoints = checkpoints;
        this.ledger = ledger;
        this.episodes = episodes;
        this.properties = properties;
    }

    /// Opens the run's weights with the threads and replicas that a replay needs to give the same bits: those of the
    /// batches after the newest checkpoint, or those of the installation if there are none.
    PolicySession open(KnownRun run) throws IOException {
        int from = checkpoints.steps(run.run()).stream().findFirst().orElse(0);
        Optional<ReplayConditions> recorded = ledger.rowsAfter(run.run(), Purpose.TRAIN, from).stream()
                .flatMap(row -> row.conditions().stream())
                .findFirst();
        return PolicySession.open(
                run.config(),
                recorded.map(ReplayConditions::threads).orElse(properties.threads()),
                recorded.map(ReplayConditions::replicas).orElse(0));
    }

    /// Restores the weights.
    ///
    /// @return training steps done: the weights' version
    int restore(KnownRun run, PolicySession session, CheckpointDirectory directory) throws IOException {
        int step = loadNewest(run.run(), session, directory);
        for (LedgerRow row : ledger.rowsAfter(run.run(), Purpose.TRAIN, step)) {
            step = row.phase().step();
            List<TrainingSequence> batch = batch(run, step);
            ReplayConditions now = session.conditions();
            ReplayConditions recorded = row.conditions().orElse(now);
            if (recorded.threads() != now.threads() || recorded.replicas() != now.replicas()) {
                LOG.warn(
                        "Run {} step {} was computed by {} replicas with {} threads and is replayed by {} with {}: its"
                                + " last bits may differ.",
                        run.run(),
                        step,
                        recorded.replicas(),
                        recorded.threads(),
                        now.replicas(),
                        now.threads());
            }
            if (!batch.isEmpty()) {
                session.replay(batch, recorded);
            }
            if (!session.checksum().equals(row.checksumAfter())) {
                LOG.warn(
                        "Run {} step {} came out as {} when replayed, it was {}: a new incarnation of version {}.",
                        run.run(),
                        step,
                        session.checksum(),
                        row.checksumAfter(),
                        row.versionAfter());
            }
        }
        return step;
    }

    private int loadNewest(RunId run, PolicySession session, CheckpointDirectory directory) throws IOException {
        for (int step : checkpoints.steps(run)) {
            try {
                directory.load(directory.verify(step), session.policy(), session.optimizer());
                return step;
            } catch (IOException e) {
                LOG.warn("Checkpoint {} of run {} is not used: {}", step, run, e.toString());
            }
        }
        return 0;
    }

    private List<TrainingSequence> batch(KnownRun run, int step) {
        List<TrainingSequence> batch = new ArrayList<>();
        List<TrainedEpisode> members = ledger.members(run.run(), step);
        Map<EpisodeKey, JudgedEpisode> stored = episodes.judged(run.run(), Purpose.TRAIN, step);
        for (int index = 0; index < members.size(); index++) {
            TrainedEpisode member = members.get(index);
            JudgedEpisode episode = stored.get(member.key());
            if (episode == null) {
                throw new IllegalStateException("Step " + step + " cannot be replayed: the trajectory of "
                        + member.key().id() + " is gone, and no sound checkpoint covers it.");
            }
            batch.addAll(TrainingBatch.sequences(index, episode, member.advantage(), (float)
                    run.config().rollout().temperature()));
        }
        return batch;
    }
}
