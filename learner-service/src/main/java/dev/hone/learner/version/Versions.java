package dev.hone.learner.version;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.learner.checkpoint.Checkpoints;
import dev.hone.learner.ledger.Ledger;
import dev.hone.learner.ledger.LedgerRow;
import dev.hone.learner.ledger.LedgerVersion;
import dev.hone.learner.run.KnownRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/// Which weights a run has had, and what they were trained on.
@Component
class Versions {

    private static final int MOST = 1000;

    private final Ledger ledger;
    private final Checkpoints checkpoints;

    Versions(Ledger ledger, Checkpoints checkpoints) {
        this.ledger = ledger;
        this.checkpoints = checkpoints;
    }

    /// A page of them. Of a version's incarnations the last is shown: it is the one that its checkpoint holds.
    ModelVersions list(KnownRun run, int after, int limit) {
        int size = Math.clamp(limit, 1, MOST);
        List<Integer> kept = kept(run);
        List<LedgerVersion> found = ledger.versionsAfter(run.run(), after, MOST + 1);
        List<LedgerVersion> last = new ArrayList<>();
        for (LedgerVersion version : found) {
            if (!last.isEmpty() && last.getLast().version() == version.version()) {
                last.removeLast();
            }
            last.add(version);
        }
        List<LedgerVersion> page = last.subList(0, Math.min(size, last.size()));
        return new ModelVersions(
                run.config().model().path(),
                run.config().model().adapter(),
                kept,
                page.stream()
                        .map(row -> new ModelVersions.Version(
                                row.version(), row.checksum(), kept.contains(row.version()), row.at()))
                        .toList(),
                last.size() > page.size() ? page.getLast().version() : null);
    }

    /// Versions whose weights can be had, oldest first.
    List<Integer> kept(KnownRun run) {
        List<Integer> kept = new ArrayList<>(checkpoints.steps(run.run()));
        if (!kept.contains(0) && Files.isDirectory(Path.of(run.config().model().path()))) {
            kept.add(0);
        }
        kept.sort(null);
        return kept;
    }

    /// The training steps up to a version, a page of them.
    TrainedBatches batches(RunId run, int version, int after, int limit) {
        List<LedgerRow> due = ledger.rowsAfter(run, Purpose.TRAIN, after).stream()
                .filter(row -> row.versionAfter() <= version)
                .toList();
        List<LedgerRow> page = due.subList(0, Math.min(Math.clamp(limit, 1, MOST), due.size()));
        return new TrainedBatches(
                page.stream().map(row -> batch(run, row)).toList(),
                due.size() > page.size() ? page.getLast().phase().step() : null);
    }

    private TrainedBatches.Batch batch(RunId run, LedgerRow row) {
        int step = row.phase().step();
        return new TrainedBatches.Batch(
                step,
                row.versionBefore(),
                row.versionAfter(),
                row.checksumAfter(),
                row.completedAt(),
                ledger.members(run, step).stream()
                        .map(member -> new TrainedBatches.Episode(member.key(), member.advantage()))
                        .toList());
    }
}
