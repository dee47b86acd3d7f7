package dev.hone.learner.training;

import dev.hone.learner.checkpoint.CheckpointDirectory;
import dev.hone.learner.checkpoint.Checkpoints;
import dev.hone.learner.episode.Episodes;
import dev.hone.learner.run.KnownRun;
import dev.hone.policy.ComputeType;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/// Writes checkpoints and the trained model, keeps the newest checkpoints, and drops what no restart needs any more.
@Component
class Savepoints {
    private final Checkpoints checkpoints;
    private final Episodes episodes;

    Savepoints(Checkpoints checkpoints, Episodes episodes) {
        this.checkpoints = checkpoints;
        this.episodes = episodes;
    }

    /// Saves the weights of a step, unless they are saved, and removes damaged checkpoints and sound ones beyond
    /// `keep_checkpoints`. Trajectories stay for as long as a checkpoint that is kept might need them.
    void save(KnownRun run, int step, PolicySession session, CheckpointDirectory directory) throws IOException {
        if (!checkpoints.steps(run.run()).contains(step) || directory.damaged(step)) {
            Path folder = directory.save(step, run.config().seed(), session.policy(), session.optimizer());
            checkpoints.add(run.run(), step, folder, session.checksum());
        }
        List<Integer> steps = checkpoints.steps(run.run());
        List<Integer> kept = steps.stream()
                .filter(listed -> !directory.damaged(listed))
                .limit(run.config().trainerCommon().keepCheckpoints())
                .toList();
        for (int listed : steps) {
            if (!kept.contains(listed)) {
                checkpoints.remove(run.run(), listed);
                directory.remove(listed);
            }
        }
        episodes.dropTrajectories(run.run(), kept.getLast());
    }

    /// Drops the trajectories of an evaluation that is done: nothing is computed from them again.
    void drop(KnownRun run) {
        episodes.dropTrajectories(run.run(), 1);
    }

    /// Writes the model as Hugging Face lays it out: float32, or bfloat16 where the run computes in it. Adapters are in
    /// it,
    /// and beside it as PEFT lays them out.
    ///
    /// @return its folder
    Path export(KnownRun run, PolicySession session, Path output) throws IOException {
        Path folder = output.resolve("model");
        boolean brief = session.policy().options().computeType() == ComputeType.BFLOAT16;
        session.policy().export(folder, brief ? StoredType.BF16 : StoredType.F32);
        if (run.config().trainerCommon().lora().active()) {
            session.policy().exportAdapter(output.resolve("adapter"));
        }
        return folder;
    }
}
