package dev.hone.learner.training;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.learner.batch.TrainedEpisode;
import dev.hone.learner.batch.TrainingBatch;
import dev.hone.learner.checkpoint.CheckpointDirectory;
import dev.hone.learner.checkpoint.Checkpoints;
import dev.hone.learner.checkpoint.SoundCheckpoint;
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

    /// The run's newest sound checkpoint.
    SoundCheckpoint find(RunId run, CheckpointDirectory directory) {
        SoundCheckpoint found = directory.newestSound(checkpoints.steps(run));
        found.problems().forEach(problem -> LOG.warn("A checkpoint of run {} is not used: {}", run, problem));
        return found;
    }

    /// Opens the run's weights with the threads and replicas that a replay needs to give the same bits: those of the
    /// batches after the checkpoint, or those of the installation if there are none.
    PolicySession open(KnownRun run, SoundCheckpoint from) throws IOException {
        Optional<ReplayConditions> recorded = ledger.rowsAfter(run.run(), Purpose.TRAIN, from.step()).stream()
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
    int restore(KnownRun run, SoundCheckpoint from, PolicySession session, CheckpointDirectory directory)
            throws IOException {
        if (from.newest().isPresent()) {
            directory.load(from.newest().get(), session.policy(), session.optimizer());
        }
        int step = from.step();
        for (LedgerRow row : ledger.rowsAfter(run.run(), Purpose.TRAIN, step)) {
            step = row.phase().step();
            List<TrainingSequence> batch = batch(run, step, from);
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

    private List<TrainingSequence> batch(KnownRun run, int step, SoundCheckpoint from) {
        List<TrainingSequence> batch = new ArrayList<>();
        List<TrainedEpisode> members = ledger.members(run.run(), step);
        Map<EpisodeKey, JudgedEpisode> stored = episodes.judged(run.run(), Purpose.TRAIN, step);
        for (int index = 0; index < members.size(); index++) {
            TrainedEpisode member = members.get(index);
            JudgedEpisode episode = stored.get(member.key());
            if (episode == null) {
                throw new LostStepException("Step " + step + " cannot be replayed: the trajectory of "
                        + member.key().id() + " is gone, and no sound checkpoint covers it. "
                        + String.join(" ", from.problems()) + " Put a sound copy of a checkpoint back.");
            }
            batch.addAll(TrainingBatch.sequences(index, episode, member.advantage(), (float)
                    run.config().rollout().temperature()));
        }
        return batch;
    }
}
