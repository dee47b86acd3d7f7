package dev.hone.learner.ledger;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.batch.TrainedEpisode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The phases that are done and what they were made of. A sample is in it at most once, whatever its attempt: the
/// second
/// insert fails and takes its transaction with it.
@Repository
public class Ledger {
    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    Ledger(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /// Writes a phase with its members, in the caller's transaction.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if the phase or one of the samples is there already
    public void add(
            StepCompleted completed,
            int versionBefore,
            String checksumAfter,
            long steps,
            List<TrainedEpisode> members) {
        Phase phase = completed.phase();
        jdbc.sql("insert into ledger (run, purpose, step, last, version_before, version_after, checksum_after,"
                        + " optimizer_steps, metrics, completed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .params(
                        completed.run().value(),
                        phase.purpose().label(),
                        phase.step(),
                        phase.last(),
                        versionBefore,
                        completed.policyVersion(),
                        checksumAfter,
                        steps,
                        EventCodec.json().writeValueAsString(completed.metrics()),
                        completed.completedAt().atOffset(ZoneOffset.UTC))
                .update();
        List<Object[]> rows = new ArrayList<>();
        for (TrainedEpisode member : members) {
            EpisodeKey key = member.key();
            rows.add(new Object[] {
                key.run().value(),
                key.purpose().label(),
                key.step(),
                key.group(),
                key.sample(),
                key.attempt(),
                rows.size(),
                member.advantage()
            });
        }
        batches.batchUpdate(
                "insert into ledger_member (run, purpose, step, group_index, sample, attempt, position, advantage)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    /// A version of the weights that generates from now on; the same version again with another checksum is a new
    /// incarnation.
    ///
    /// @return false if these very weights stand there already
    public boolean addVersion(RunId run, int version, String checksum, Instant at) {
        return jdbc.sql("insert into policy_version (run, version, checksum, updated_at) values (?, ?, ?, ?)"
                                + " on conflict do nothing")
                        .params(run.value(), version, checksum, at.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /// The run's rows of a purpose after a step, in order.
    public List<LedgerRow> rowsAfter(RunId run, Purpose purpose, int step) {
        return jdbc.sql("select step, last, version_after, checksum_after, optimizer_steps from ledger"
                        + " where run = ? and purpose = ? and step > ? order by step")
                .params(run.value(), purpose.label(), step)
                .query((row, n) -> new LedgerRow(
                        new Phase(purpose, row.getInt(1), 0, row.getBoolean(2)),
                        row.getInt(3),
                        row.getString(4),
                        row.getLong(5)))
                .list();
    }

    /// Episodes that a training step was made of, in order.
    public List<TrainedEpisode> members(RunId run, int step) {
        return jdbc.sql("select group_index, sample, attempt, advantage from ledger_member"
                        + " where run = ? and purpose = ? and step = ? order by position")
                .params(run.value(), Purpose.TRAIN.label(), step)
                .query((row, n) -> new TrainedEpisode(
                        new EpisodeKey(run, Purpose.TRAIN, step, row.getInt(1), row.getInt(2), row.getInt(3)),
                        row.getDouble(4)))
                .list();
    }

    /// Whether the run's last phase is done.
    public boolean finished(RunId run) {
        return jdbc.sql("select exists (select 1 from ledger where run = ? and last)")
                .param(run.value())
                .query(Boolean.class)
                .single();
    }
}
